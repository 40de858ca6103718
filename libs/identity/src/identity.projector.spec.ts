import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apply, identityDatabase } from '../test/database.ts';
import { ids } from '../test/model.ts';
import {
  customerOf,
  customersAfter,
  customersOf,
  handlesOf,
  type IdentityEvent,
  identityProjector,
  linkId,
  linkOf,
  linksAfter,
  linksOf,
} from './index.ts';

const [ann, bo, cleo, dan] = ids as [string, string, string, string];

let db: Awaited<ReturnType<typeof identityDatabase>>;
beforeAll(async () => {
  db = await identityDatabase();
});
afterAll(() => db.close());

let position = 0n;
type Made = {
  [Type in IdentityEvent['type']]: Pick<IdentityEvent & { type: Type }, 'type' | 'data'>;
}[IdentityEvent['type']];

const at = (tenant: string, made: Made): IdentityEvent => {
  position += 1n;
  const id = `018f0000-0000-8000-8000-${String(position).padStart(12, '0')}`;
  const now = '2026-05-04T09:30:00Z';
  const stored = { id, tenant, stream: 's', version: 1, position, occurredAt: now, recordedAt: now };
  return { ...made, ...stored, meta: { actor: 'bo', schema: 1 } };
};

const captured = (
  participants: { id: string; role: 'customer' | 'agent'; also?: { id: string; verified: boolean }[] }[],
): Made => ({
  type: 'InteractionCaptured',
  data: { source: 's', channel: 'chat', direction: 'inbound', conversation: ids[11]!, author: 0, participants },
});
const customer = (id: string, ...also: { id: string; verified: boolean }[]) => ({
  id,
  role: 'customer' as const,
  also,
});
const agent = (id: string) => ({ id, role: 'agent' as const });
const linked = (a: string, b: string, rule: 'declared' | 'by-hand' = 'by-hand', confidence = 1): Made => ({
  type: 'HandlesLinked',
  data: { link: linkId('any', a, b), a: { id: a }, b: { id: b }, rule, confidence, evidence: [] },
});
const retracted = (a: string, b: string): Made => ({
  type: 'LinkRetracted',
  data: { link: linkId('any', a, b), a, b, subject: a },
});
const remembered = (id: string): Made => ({ type: 'HandleRemembered', data: { party: { id } } });
const erased = (...subjects: string[]): Made => ({ type: 'SubjectErased', data: { subjects, keys: [] } });

const project = async (events: readonly IdentityEvent[]): Promise<void> => {
  const state = await identityProjector.prepare(events, db.projector);
  for (const change of identityProjector.project(events, state)) await apply(db.projector, change);
};

const rowsOf = async (tenant: string) => {
  const read = async (text: string) => (await db.projector.query({ text, values: [tenant] })).rows;
  return {
    handles: await read('select handle, is_customer, customer from identity.handle where tenant = $1 order by 1'),
    links: await read('select a, b, rule, state, confidence from identity.link where tenant = $1 order by 1, 2'),
  };
};

let tenants = 0;
const newTenant = (): string => `tenant-${(tenants += 1)}`;

describe('the projection of identity', () => {
  it('links what a customer declares and proves, and proposes what is only told', async () => {
    const tenant = newTenant();
    await project([
      at(tenant, captured([customer(ann, { id: bo, verified: true }, { id: cleo, verified: false }), agent(dan)])),
    ]);
    const read = await db.asTenant(tenant);
    expect(await handlesOf(read, tenant, ann)).toEqual([ann, bo]);
    expect(await customerOf(read, tenant, bo)).toBe(ann);
    expect(await customerOf(read, tenant, cleo)).toBeUndefined();
    expect(await customerOf(read, tenant, dan)).toBeUndefined();
    expect(await linksOf(read, tenant, ann)).toMatchObject([
      { a: ann, b: bo, state: 'active', confidence: 100, evidence: [expect.stringMatching(/^018f/)], position },
      { a: ann, b: cleo, state: 'proposed', confidence: null },
    ]);
    expect(await linksAfter(read, tenant, 'proposed', { limit: 10 })).toMatchObject([{ a: ann, b: cleo }]);
  });

  it('knows as customers those who are remembered and said nothing yet, and nobody who is erased', async () => {
    const tenant = newTenant();
    await project([at(tenant, captured([agent(dan)])), at(tenant, remembered(ann)), at(tenant, remembered(dan))]);
    await project([at(tenant, erased(cleo)), at(tenant, remembered(cleo)), at(tenant, captured([customer(ann)]))]);
    const known = await customersOf(await db.asTenant(tenant), tenant, [ann, cleo, dan]);
    expect(known).toEqual(new Map([ann, dan].map((id) => [id, id])));
  });

  it('takes no evidence about those who are no customers', async () => {
    const tenant = newTenant();
    const boss = { id: ann, role: 'agent' as const, also: [{ id: bo, verified: true }] };
    await project([at(tenant, captured([boss, customer(cleo)]))]);
    expect((await rowsOf(tenant)).links).toEqual([]);
  });

  it('leads from an id that was joined to the one that stands, and back after a retraction', async () => {
    const tenant = newTenant();
    await project([at(tenant, captured([customer(ann)])), at(tenant, captured([customer(bo)]))]);
    await project([at(tenant, linked(ann, bo))]);
    const read = await db.asTenant(tenant);
    expect(await customerOf(read, tenant, bo)).toBe(ann);
    expect(await handlesOf(read, tenant, bo)).toEqual([]);
    const [link] = await linksOf(read, tenant, ann);
    expect(await linkOf(read, tenant, link!.link)).toEqual(link);
    await project([at(tenant, retracted(bo, ann))]);
    expect(await customersOf(read, tenant, [ann, bo, cleo])).toEqual(new Map([[ann, ann], [bo, bo]])); // prettier-ignore
    expect(await linkOf(read, tenant, link!.link)).toMatchObject({ state: 'retracted' });
  });

  it('comes to the same in whatever batches, and reads no more than it needs', async () => {
    const id = fc.constantFrom(...ids.slice(0, 8));
    const also = fc.array(fc.record({ id, verified: fc.boolean() }), { maxLength: 2 });
    const anyEvent: fc.Arbitrary<Made> = fc.oneof(
      fc.tuple(id, also, id).map(([one, others, other]) => captured([customer(one, ...others), agent(other)])),
      fc.tuple(id, id, fc.boolean()).map(([a, b, hand]) => linked(a, b, hand ? 'by-hand' : 'declared', hand ? 0.5 : 1)),
      fc.tuple(id, id).map(([a, b]) => retracted(a, b)),
      { weight: 1, arbitrary: id.map((one) => erased(one)) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { maxLength: 25 }),
        fc.array(fc.integer({ min: 1, max: 5 })),
        async (events, sizes) => {
          const [whole, cut] = [newTenant(), newTenant()];
          await project(events.map((event) => at(whole, event)));
          const rest = events.map((event) => at(cut, event));
          for (const size of [...sizes, events.length]) await project(rest.splice(0, size));
          expect(await rowsOf(cut)).toEqual(await rowsOf(whole));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes a batch twice without a change', async () => {
    const tenant = newTenant();
    const events = [captured([customer(ann, { id: bo, verified: true })]), linked(bo, cleo), retracted(bo, cleo)].map(
      (made) => at(tenant, made),
    );
    await project(events);
    const rows = await rowsOf(tenant);
    await project(events);
    expect(await rowsOf(tenant)).toEqual(rows);
  });

  it('folds several tenants in one batch, apart', async () => {
    const [one, other] = [newTenant(), newTenant()];
    await project([
      at(one, captured([customer(ann)])),
      at(other, captured([customer(ann), customer(bo)])),
      at(other, linked(ann, bo)),
    ]);
    await project([at(one, captured([customer(bo)]))]);
    expect(await customerOf(await db.asTenant(one), one, bo)).toBe(bo);
    expect(await customerOf(await db.asTenant(other), other, bo)).toBe(ann);
  });

  it('forgets who is erased, and what joined them', async () => {
    const tenant = newTenant();
    await project([
      at(tenant, captured([customer(ann, { id: bo, verified: true })])),
      at(tenant, captured([customer(cleo)])),
    ]);
    await project([at(tenant, erased(ann, bo))]);
    const left = { handles: [ann, bo, cleo].map((handle) => ({ handle, is_customer: handle === cleo, customer: handle === cleo ? cleo : null })), links: [] }; // prettier-ignore
    expect(await rowsOf(tenant)).toEqual(left);
    await project([at(tenant, linked(ann, cleo, 'by-hand'))]);
    await project([at(tenant, captured([customer(bo)]))]);
    expect(await rowsOf(tenant)).toEqual(left);
  });
});

describe('the customers of a tenant', () => {
  it('come by page, each once, oldest first', async () => {
    const tenant = newTenant();
    await project(ids.map((id) => at(tenant, captured([customer(id)]))));
    await project([at(tenant, linked(ids[2]!, ids[7]!))]);
    const read = await db.asTenant(tenant);
    const found: string[] = [];
    for (let page = await customersAfter(read, tenant, { limit: 5 }); page.length > 0;) {
      found.push(...page.map(({ id }) => id));
      page = await customersAfter(read, tenant, { after: page.at(-1)!, limit: 5 });
    }
    expect(found).toEqual(ids.filter((id) => id !== ids[7]));
  });

  it('are not told to another tenant, whatever it asks for', async () => {
    const tenant = newTenant();
    await project([at(tenant, captured([customer(ann, { id: bo, verified: true })]))]);
    const other = await db.asTenant('someone else');
    expect(await customersAfter(other, tenant, { limit: 5 })).toEqual([]);
    expect(await customerOf(other, tenant, ann)).toBeUndefined();
    expect(await handlesOf(other, tenant, ann)).toEqual([]);
    expect(await linksOf(other, tenant, ann)).toEqual([]);
    expect(await linkOf(other, tenant, linkId(tenant, ann, bo))).toBeUndefined();
  });

  it('are written by the projector only', async () => {
    const tenant = newTenant();
    const read = await db.asTenant(tenant);
    const row = { tenant, handle: ann, first_position: 1n, is_customer: true, customer: ann };
    await expect(apply(read, { table: 'identity.handle', is: 'put', row })).rejects.toThrow(/permission denied/);
    await expect(apply(read, { table: 'identity.handle', is: 'remove', row })).rejects.toThrow(/permission denied/);
  });
});
