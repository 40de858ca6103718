import fc from 'fast-check';
import type { Components, LinkRule } from '../src/index.ts';

export const ids = Array.from({ length: 12 }, (_, n) => `${n.toString(16).repeat(8)}-1111-8111-8111-111111111111`);

/** What can happen, one per position. */
export type Step =
  | { readonly is: 'seen'; readonly id: string; readonly isCustomer: boolean }
  | {
      readonly is: 'link';
      readonly a: string;
      readonly b: string;
      readonly rule: LinkRule;
      readonly confidence: number | null;
    }
  | { readonly is: 'retract'; readonly a: string; readonly b: string }
  | { readonly is: 'forget'; readonly id: string };

const id = fc.constantFrom(...ids);
const confidence = fc.constantFrom(100, 100, 50, null);
const rule = fc.constantFrom<LinkRule>('declared', 'same-address', 'by-hand');

export const anySteps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ is: fc.constant('seen' as const), id, isCustomer: fc.boolean() }) },
    { weight: 5, arbitrary: fc.record({ is: fc.constant('link' as const), a: id, b: id, rule, confidence }) },
    { weight: 3, arbitrary: fc.record({ is: fc.constant('retract' as const), a: id, b: id }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('forget' as const), id }) },
  ),
  { maxLength: 60 },
) as fc.Arbitrary<Step[]>;

/** Does a step with the code under test. */
export const take = (known: Components, step: Step, position: bigint): void => {
  switch (step.is) {
    case 'seen':
      return known.seen(step.id, position, step.isCustomer);
    case 'link':
      return known.link({ ...step, link: `${step.a} ${step.b}`, evidence: [], position });
    case 'retract':
      return known.retract({ ...step, link: `${step.a} ${step.b}`, position });
    case 'forget':
      return known.forget([step.id], position);
  }
};

type Joined = { readonly ends: readonly string[]; state: 'active' | 'proposed' | 'retracted' | 'held' };

/**
 * The same written down as plainly as can be: a list of pairs, and the customers counted anew from nothing at the end.
 * Answers the customer of every handle.
 */
export const model = (steps: readonly Step[], most: number): Map<string, string | null> => {
  const first = new Map<string, number>();
  const customers = new Set<string>();
  const erased = new Set<string>();
  let pairs: Joined[] = [];
  const seen = (id: string, at: number) => void (first.has(id) || first.set(id, at));
  const find = (a: string, b: string) => pairs.find(({ ends }) => ends.includes(a) && ends.includes(b));
  const component = (of: string, also: readonly string[] = []): Set<string> => {
    const all = new Set([of, ...also]);
    for (let size = 0; size < all.size;) {
      size = all.size;
      for (const { ends, state } of pairs)
        if (state === 'active' && ends.some((end) => all.has(end))) for (const end of ends) all.add(end);
    }
    return all;
  };
  steps.forEach((step, at) => {
    if (step.is === 'seen') {
      seen(step.id, at);
      if (step.isCustomer && !erased.has(step.id)) customers.add(step.id);
    } else if (step.is === 'forget') {
      seen(step.id, at);
      erased.add(step.id);
      customers.delete(step.id);
      pairs = pairs.filter(({ ends }) => !ends.includes(step.id));
    } else if (step.a !== step.b && !erased.has(step.a) && !erased.has(step.b)) {
      for (const end of [step.a, step.b]) seen(end, at);
      let pair = find(step.a, step.b);
      if (!pair) pairs.push((pair = { ends: [step.a, step.b], state: 'proposed' }));
      if (step.is === 'retract') pair.state = 'retracted';
      else if (pair.state !== 'retracted' || step.rule === 'by-hand') {
        const strong = step.rule === 'by-hand' || step.confidence === 100;
        if (strong && pair.state !== 'active') pair.state = component(step.a, [step.b]).size > most ? 'held' : 'active';
      }
    }
  });
  const older = (a: string, b: string) => first.get(a)! - first.get(b)! || (a < b ? -1 : 1);
  return new Map(
    Array.from(first.keys(), (id) => {
      const members = [...component(id)];
      return [id, members.length > 1 || customers.has(id) ? members.toSorted(older)[0]! : null];
    }),
  );
};
