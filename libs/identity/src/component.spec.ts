import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anySteps, ids, model, type Step, take } from '../test/model.ts';
import { components, type KnownHandle, type KnownLink, mostHandles } from './index.ts';

type Rows = { handles: Map<string, KnownHandle>; links: Map<string, KnownLink> };

const none = (): Rows => ({ handles: new Map(), links: new Map() });
const nameOf = ({ a, b }: { a: string; b: string }) => `${a} ${b}`;

/** Takes steps as one batch on top of rows, and answers the rows as they are then. */
const batch = (rows: Rows, steps: readonly Step[], from: number, most = mostHandles): Rows => {
  const known = components(rows.handles.values(), rows.links.values(), most);
  steps.forEach((step, n) => take(known, step, BigInt(from + n)));
  const { handles, links, gone } = known.changes();
  const after = { handles: new Map(rows.handles), links: new Map(rows.links) };
  for (const handle of handles) after.handles.set(handle.id, handle);
  for (const link of links) after.links.set(nameOf(link), link);
  for (const pair of gone) after.links.delete(nameOf(pair));
  return after;
};

const customersIn = ({ handles }: Rows) => new Map(Array.from(handles.values(), ({ id, customer }) => [id, customer]));
const sorted = <Value>(map: Map<string, Value>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));

const [ann, bo, cleo, dan] = ids as [string, string, string, string];
const seen = (id: string, isCustomer = true): Step => ({ is: 'seen', id, isCustomer });
const link = (a: string, b: string, more: Partial<Step & { is: 'link' }> = {}): Step => ({
  is: 'link',
  a,
  b,
  rule: 'declared',
  confidence: 100,
  ...more,
});
const retract = (a: string, b: string): Step => ({ is: 'retract', a, b });
const after = (...steps: Step[]) => batch(none(), steps, 1);
const customers = (...steps: Step[]) => Object.fromEntries(customersIn(after(...steps)));
const stateOf = (a: string, b: string, ...steps: Step[]) => after(...steps).links.get(nameOf({ a, b }))?.state;

describe('a customer', () => {
  it('is a handle that took part as one', () =>
    expect(customers(seen(ann), seen(bo, false))).toEqual({ [ann]: ann, [bo]: null }));

  it('is one also where the handle was something else before or after', () =>
    expect(customers(seen(ann, false), seen(ann), seen(ann, false))).toEqual({ [ann]: ann }));

  it('has the id of its oldest handle, whatever the order of links', () => {
    expect(customers(seen(cleo), seen(ann), seen(bo), link(ann, bo), link(bo, cleo))).toEqual({
      [ann]: cleo,
      [bo]: cleo,
      [cleo]: cleo,
    });
  });

  it('has a handle that nobody has seen, by evidence alone', () =>
    expect(customers(seen(ann), link(ann, bo))).toEqual({ [ann]: ann, [bo]: ann }));

  it('is two again when the link is retracted, and its unseen handle none', () => {
    expect(customers(seen(ann), seen(bo), link(ann, bo), retract(bo, ann))).toEqual({ [ann]: ann, [bo]: bo });
    expect(customers(seen(ann), link(ann, bo), retract(ann, bo))).toEqual({ [ann]: ann, [bo]: null });
  });

  it('stays one when another way leads round the retracted link', () =>
    expect(customers(seen(ann), link(ann, bo), link(bo, cleo), link(cleo, ann), retract(ann, bo))).toEqual({
      [ann]: ann,
      [bo]: ann,
      [cleo]: ann,
    }));

  it('is forgotten handle by handle, for good', () => {
    const forgotten = [
      seen(ann),
      seen(bo),
      seen(cleo),
      link(ann, bo),
      link(bo, cleo),
      { is: 'forget', id: bo },
    ] as const;
    expect(customers(...forgotten)).toEqual({ [ann]: ann, [bo]: null, [cleo]: cleo });
    const later = after(...forgotten, seen(bo), link(ann, bo, { rule: 'by-hand' }), retract(bo, cleo));
    expect(customersIn(later)).toEqual(new Map([[ann, ann], [bo, null], [cleo, cleo]])); // prettier-ignore
    expect(later.links.size).toBe(0);
  });
});

describe('a link', () => {
  it('that is weak is proposed', () => {
    expect(stateOf(ann, bo, link(ann, bo, { confidence: null }))).toBe('proposed');
    expect(stateOf(ann, bo, link(ann, bo, { confidence: 99 }))).toBe('proposed');
    expect(customers(seen(ann), seen(bo), link(ann, bo, { confidence: 99 }))).toEqual({ [ann]: ann, [bo]: bo });
  });

  it('that was proposed holds once the evidence is strong, or a person says so', () => {
    const proposed = link(ann, bo, { confidence: null });
    expect(stateOf(ann, bo, proposed, link(bo, ann))).toBe('active');
    expect(stateOf(ann, bo, proposed, link(bo, ann, { rule: 'by-hand', confidence: null }))).toBe('active');
  });

  it('that was retracted is made again only by hand', () => {
    const away = [link(ann, bo), retract(ann, bo)];
    expect(stateOf(ann, bo, ...away, link(ann, bo), link(ann, bo, { rule: 'same-address' }))).toBe('retracted');
    expect(stateOf(ann, bo, ...away, link(ann, bo, { rule: 'by-hand' }))).toBe('active');
    expect(stateOf(ann, bo, retract(ann, bo), link(ann, bo))).toBe('retracted');
  });

  it('of a handle with itself is none', () => expect(after(link(ann, ann), retract(ann, ann)).links.size).toBe(0));

  it('keeps its id and its first evidence', () => {
    const links = after(link(bo, ann), link(ann, bo, { rule: 'by-hand' })).links;
    expect([...links.values()]).toMatchObject([
      { a: ann, b: bo, link: `${bo} ${ann}`, rule: 'declared', position: 1n },
    ]);
  });
});

describe('a customer with as many handles as there may be', () => {
  const many = Array.from(
    { length: mostHandles + 2 },
    (_, n) => `${String(n).padStart(8, '0')}-1111-8111-8111-111111111111`,
  );
  const chain = many.slice(1, mostHandles).map((id, n) => link(many[n]!, id));
  const [last, more] = many.slice(mostHandles) as [string, string];

  const sizeOf = (rows: Rows) => [...rows.handles.values()].filter(({ customer }) => customer === many[0]).length;

  it('stops growing, and says by which link', () => {
    const rows = after(...chain, link(many[7]!, last));
    expect(sizeOf(rows)).toBe(mostHandles);
    expect(rows.links.get(nameOf({ a: many[7]!, b: last }))!.state).toBe('held');
    expect(rows.handles.get(last)!.customer).toBeNull();
  });

  it('does not even by hand, and still takes links within itself', () => {
    const rows = after(...chain, link(many[7]!, last, { rule: 'by-hand' }), link(many[0]!, many[50]!));
    expect(sizeOf(rows)).toBe(mostHandles);
    expect(rows.links.get(nameOf({ a: many[0]!, b: many[50]! }))!.state).toBe('active');
  });

  it('is not joined to another whole', () => {
    const rows = after(...chain, link(last, more), link(many[0]!, more));
    expect(sizeOf(rows)).toBe(mostHandles);
    expect(rows.handles.get(more)!.customer).toBe(last);
  });

  it('grows again by new evidence once it has room', () => {
    const rows = after(...chain, link(many[7]!, last), retract(many[98]!, many[99]!), link(many[7]!, last));
    expect(rows.handles.get(last)!.customer).toBe(many[0]);
  });
});

describe('whatever happens, in whatever batches', () => {
  const anyMost = fc.constantFrom(2, 3, mostHandles);

  it('customers are those that counting anew from nothing finds', () =>
    fc.assert(
      fc.property(anySteps, anyMost, (steps, most) =>
        expect(sorted(customersIn(batch(none(), steps, 1, most)))).toEqual(sorted(model(steps, most))),
      ),
      { numRuns: 500 },
    ));

  it('batches come to the same as one', () =>
    fc.assert(
      fc.property(anySteps, anyMost, fc.array(fc.integer({ min: 1, max: 8 })), (steps, most, sizes) => {
        let rows = none();
        let from = 0;
        for (const size of [...sizes, steps.length]) {
          rows = batch(rows, steps.slice(from, from + size), from + 1, most);
          from += size;
        }
        expect(rows).toEqual(batch(none(), steps, 1, most));
      }),
      { numRuns: 300 },
    ));

  it('the order of links does not matter', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), {
          selector: ([a, b]) => [a, b].toSorted().join(),
        }),
        fc.infiniteStream(fc.nat()),
        (pairs, dice) => {
          const told = ids.map((id) => seen(id));
          const links = pairs.map(([a, b]) => link(a, b));
          const shuffled = links.map((one) => [dice.next().value, one] as const).toSorted(([a], [b]) => a - b);
          expect(customers(...told, ...shuffled.map(([, one]) => one))).toEqual(customers(...told, ...links));
        },
      ),
    ));

  it('a link that is retracted leaves what was', () =>
    fc.assert(
      fc.property(anySteps, fc.constantFrom(...ids), fc.constantFrom(...ids), (steps, a, b) => {
        const before = customersIn(after(...steps));
        const linked = after(...steps, link(a, b, { rule: 'by-hand' }));
        fc.pre(after(...steps).links.get(nameOf(a < b ? { a, b } : { a: b, b: a }))?.state !== 'active');
        const later = customersIn(batch(linked, [retract(a, b)], 1_000));
        expect([...before].every(([id, customer]) => later.get(id) === customer)).toBe(true);
      }),
    ));

  it('nothing that did not change is written', () => {
    const rows = after(seen(ann), seen(bo), link(ann, bo));
    const known = components(rows.handles.values(), rows.links.values());
    for (const step of [seen(ann), seen(bo, false), link(ann, bo), link(bo, ann, { confidence: null })])
      take(known, step, 9n);
    const none = { handles: [], links: [] };
    expect(known.changes()).toEqual({ ...none, past: none, gone: [] });
    expect(customers(seen(dan))).toEqual({ [dan]: dan });
  });
});
