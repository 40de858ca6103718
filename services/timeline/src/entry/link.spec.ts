import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import fc from 'fast-check';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import type { Entry } from './entry.ts';

const ann = 'email:ann@example.com';
const tel = 'tel:+14155550100';
type List = { items: Entry[]; nextCursor: string | null };

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

const id = (tenant: string, handle: string): string => on.vault.handleId(tenant, handle);
const party = (tenant: string, handle: string) => ({ id: id(tenant, handle), handle });
const at = (minute: number): string => new Date(Date.UTC(2026, 4, 4) + minute * 60_000).toISOString();
const uuid = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;

// What one may do between two looks at a timeline.
const action = fc.oneof(
  fc.record({
    is: fc.constant('say' as const),
    who: fc.constantFrom(ann, tel),
    minute: fc.integer({ min: 0, max: 50 }),
    both: fc.boolean(),
  }),
  fc.record({ is: fc.constant('note' as const), who: fc.constantFrom(ann, tel) }),
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

const live = async (tenant: string, actions: readonly Action[]): Promise<void> => {
  for (const [n, one] of actions.entries()) {
    const subject = id(tenant, one.who);
    if (one.is === 'say')
      await on.say(tenant, { at: at(one.minute), from: one.who, to: one.both ? [tel, ann] : [], text: `${n}` });
    else
      await on.append(tenant, streamOf.handle(subject), [
        event('NoteWritten', { note: uuid(n), subject, text: `note ${n}` }, { occurredAt: at(n) }),
      ]);
  }
  await on.caughtUp();
};

const link = uuid(99);

const join = async (tenant: string): Promise<void> => {
  const [a, b] = [party(tenant, ann), party(tenant, tel)];
  const linked = event('HandlesLinked', { link, a, b, rule: 'by-hand', evidence: [], confidence: 1 });
  await on.append(tenant, streamOf.handle(a.id), [linked]);
  await on.caughtUp();
};

const part = async (tenant: string): Promise<void> => {
  const [a, b] = [id(tenant, ann), id(tenant, tel)];
  await on.append(tenant, streamOf.handle(a), [event('LinkRetracted', { link, a, b, subject: a })]);
  await on.caughtUp();
};

const look = async (tenant: string, handle: string): Promise<string> => {
  const { status, body } = await on.get(tenant, `/v1/customers/${id(tenant, handle)}/timeline?limit=200`);
  expect(status).toBe(200);
  return JSON.stringify(body);
};
const itemsOf = (text: string): Entry[] => (JSON.parse(text) as List).items;
const newestFirst = (items: readonly Entry[]): Entry[] =>
  items.toSorted((a, b) =>
    a.occurredAt === b.occurredAt ? b.position - a.position : a.occurredAt < b.occurredAt ? 1 : -1,
  );

describe('a link', () => {
  let tenants = 0;
  const some = (most: number) => fc.array(action, { maxLength: most });

  it('shows both timelines as one, and its retraction brings each back byte for byte', async () => {
    const property = fc.asyncProperty(some(8), some(3), async (before, between) => {
      const tenant = `link-${(tenants += 1)}`;
      await on.say(tenant, { at: at(0), from: ann, text: 'first' }, { at: at(0), from: tel, text: 'second' });
      await live(tenant, before);
      const was = new Map([ann, tel].map((handle) => [handle, look(tenant, handle)]));
      const apart = (await Promise.all(was.values())).flatMap(itemsOf);
      const once = [...new Map(apart.map((item) => [item.id, item])).values()];

      await join(tenant);
      expect(itemsOf(await look(tenant, ann))).toEqual(newestFirst(once));

      await live(tenant, between);
      await part(tenant);
      const known = new Set(once.map((item) => item.id));
      for (const [handle, text] of was) {
        const now = JSON.parse(await look(tenant, handle)) as List;
        const left = { ...now, items: now.items.filter((item) => known.has(item.id)) };
        expect(JSON.stringify(between.length > 0 ? left : now)).toBe(await text);
      }
    });
    await fc.assert(property, { numRuns: 12 });
  }, 120_000);
});
