import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metadata } from '@grpc/grpc-js';
import type { GetTimelineResponse } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { decided } from '../../test/decided.ts';
import { type Served, served } from '../../test/served.ts';
import { type Entry, entry } from './entry.ts';

const ann = 'email:ann@example.com';
const bo = 'email:bo@acme.example';
const tenant = 'one';
const id = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const connection = id(30);

let on: Served;
beforeAll(async () => {
  on = await served();
  await on.say(tenant, { at: '2026-05-03T00:00:00Z', from: ann, text: 'It cracked.' });
  const { matter, promise, delivery, told, agent, idOf } = decided(on, tenant);
  await agent(bo, 'Bo');
  const screen = matter(id(11), ann);
  await screen.opens();
  await screen.waits(1, { fallback: idOf(bo) });
  await screen.isOffered(2, bo);
  await screen.goesTo(3, bo);
  await screen.leaves(4, bo, 'I am away.');
  await screen.waits(4);
  const answerDue = promise(id(12), id(11), ann);
  await answerDue.made();
  await answerDue.breached();
  await answerDue.met(true);
  await answerDue.corrected({ dueAt: '2026-05-05T13:00:00Z' });
  await screen.closes(5);
  const [summary, fields, task] = [21, 22, 23].map((n) => delivery(id(n), ann, connection));
  for (const one of [summary, task]) await one!.planned();
  await fields!.planned('contact');
  await summary!.confirmed();
  await fields!.rejected('no such field');
  await task!.parked();
  await told(ann, connection);
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

const lines = async (query: string): Promise<Entry[]> => {
  const { body } = await on.get<{ items: Entry[] }>(
    tenant,
    `/v1/customers/${on.vault.handleId(tenant, ann)}/timeline?limit=50${query}`,
  );
  // All that is decided here has the same moment, so that its order is that of the ledger.
  return body.items.toSorted((a, b) => a.position - b.position);
};

describe('what was decided', () => {
  it('is on the timeline of whom it is about, in the order of the ledger', async () => {
    const all = await lines('&type=all');
    for (const one of all) expect(entry.safeParse(one).error).toBeUndefined();
    const boFace = { ...decided(on, tenant).party(bo), name: 'Bo' };
    expect(
      all.slice(1).map(({ type, matter, promise, delivery }) => ({ type, matter, promise, delivery })),
    ).toMatchObject([
      { type: 'queued', matter: { id: id(11), team: 'hardware', until: '2026-05-05T12:00:00Z', fallback: boFace } },
      { type: 'assigned', matter: { agent: boFace, rule: 'turn' } },
      { type: 'handed-on', matter: { from: boFace, because: 'hand', note: 'I am away.' } },
      { type: 'queued', matter: { team: 'hardware' } },
      { type: 'promise', promise: { id: id(12), matter: id(11), due: '2026-05-05T12:00:00Z', within: 'PT4H' } },
      { type: 'promise-breached', promise: { due: '2026-05-05T12:00:00Z' } },
      { type: 'promise-met', promise: { late: true } },
      { type: 'promise-corrected', promise: { due: '2026-05-05T13:00:00Z', breached: false } },
      { type: 'matter-closed', matter: { by: 'hand', outcome: 'solved' } },
      { type: 'delivered', delivery: { id: id(21), record: 'activity', made: 'created' } },
      { type: 'delivery-rejected', delivery: { record: 'contact', reason: 'Invalid', detail: 'no such field' } },
      { type: 'delivery-parked', delivery: { reason: 'Invalid' } },
    ]);
    expect(all).toHaveLength(13);
  });

  it('is not among what people said', async () =>
    expect((await lines('')).map(({ type }) => type)).toEqual(['interaction']));

  it('is on no account’s timeline, and on nobody else’s', async () => {
    const { status } = await on.get(tenant, `/v1/customers/${on.vault.handleId(tenant, bo)}/timeline?type=all`);
    expect(status).toBe(404);
  });

  it('is the same over gRPC', async () => {
    const metadata = new Metadata();
    metadata.set('x-tenant', tenant);
    const customer = { by: { $case: 'handle' as const, value: ann } };
    const { items } = await new Promise<GetTimelineResponse>((resolve, reject) =>
      on.client.getTimeline({ customer, limit: 50 }, metadata, (error, found) =>
        error ? reject(error) : resolve(found),
      ),
    );
    const byType = new Map(items.map((item) => [item.type, item]));
    expect(byType.get('queued')?.matter).toMatchObject({
      team: 'hardware',
      until: { seconds: BigInt(Date.UTC(2026, 4, 5, 12) / 1_000) },
    });
    expect(byType.get('assigned')?.matter?.agent).toMatchObject({ handle: bo, name: 'Bo' });
    expect(byType.get('promise')?.promise).toMatchObject({ target: 'first-response', within: 'PT4H' });
    expect(byType.get('delivery-rejected')?.delivery).toMatchObject({ record: 'contact', detail: 'no such field' });
  });

  it('is found by the words of whoever handed it on', async () => {
    const { body } = await on.get<{ items: { entry?: Entry }[] }>(tenant, '/v1/search?q=away');
    expect(body.items.map(({ entry }) => entry?.type)).toEqual(['handed-on']);
  });
});
