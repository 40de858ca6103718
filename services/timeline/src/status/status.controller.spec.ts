import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedId, streamOf } from '@throughline/contracts';
import { captured } from '../../test/said.ts';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';

type Status = {
  ready: boolean;
  head: number;
  checksum: string;
  counts: Record<string, number>;
  projections: { name: string; version: number; position: number; checksum?: string }[];
};

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

const fact = async (tenant: string, n: number) => {
  const data = captured(on.vault, tenant, { at: '', from: 'email:ann@example.com', text: String(n) });
  await on.append(tenant, streamOf.conversation(data.conversation), [
    event('InteractionCaptured', data, { id: derivedId(tenant, String(n)), occurredAt: '2026-05-04T00:00:00Z' }),
  ]);
};
const status = async (tenant: string, query = ''): Promise<Status> => {
  await on.caughtUp();
  return (await on.get<Status>(tenant, `/v1/status${query}`)).body;
};

describe('the status', () => {
  it('tells where everything stands', async () => {
    for (const n of [1, 2, 3]) await fact('one', n);
    expect(await status('one')).toEqual({
      ready: true,
      tenant: 'one',
      head: 3,
      checksum: expect.stringMatching(/^[0-9a-f]{48}$/),
      counts: { events: 3, interactions: 3, entries: 3, customers: 1, quarantined: 0, parked: 0 },
      projections: Object.entries({ timeline: 3, identity: 2, search: 1 }).map(([name, version]) => ({ name, version, position: 3 })), // prettier-ignore
    });
  });

  it('digests the rows where asked to', async () => {
    const { projections } = await status('one', '?checksums=true');
    for (const { checksum } of projections) expect(checksum).toEqual(expect.any(String));
    expect((await status('one', '?checksums=true')).projections).toEqual(projections);
  });

  it('has the same checksum for the same facts, in whatever order they came', async () => {
    const other = await served();
    try {
      for (const n of [3, 1, 2]) {
        const data = captured(other.vault, 'one', { at: '', from: 'email:ann@example.com', text: String(n) });
        await other.append('one', streamOf.conversation(data.conversation), [
          event('InteractionCaptured', data, { id: derivedId('one', String(n)), occurredAt: '2026-05-04T00:00:00Z' }),
        ]);
      }
      await other.caughtUp();
      const { body } = await other.get<Status>('one', '/v1/status');
      expect(body.checksum).toBe((await status('one')).checksum);
    } finally {
      await other.close();
    }
  });

  it('is a tenant’s own', async () =>
    expect((await status('other')).counts).toEqual({
      events: 0,
      interactions: 0,
      entries: 0,
      customers: 0,
      quarantined: 0,
      parked: 0,
    }));

  it('counts what is parked, which is listed, tried again and given up', async () => {
    const stream = 'conversation-of-the-future';
    const future = {
      id: derivedId('future'),
      type: 'SomethingNew',
      occurredAt: '2026-05-04T00:00:00Z',
      data: '{}',
      meta: '{"actor":"spec","schema":1}',
    };
    await on.ledger.append([{ tenant: 'one', stream, expected: 'any', events: [future] }]);
    const { counts, ready } = await status('one');
    expect({ ready, some: counts['parked']! > 0 }).toEqual({ ready: true, some: true });
    const { body } = await on.get<{ items: { id: string; stream: string; error: string }[] }>('one', '/v1/parked');
    expect(body.items[0]).toMatchObject({ stream, error: expect.stringMatching(/SomethingNew/) });
    const path = `/v1/parked/${encodeURIComponent(body.items[0]!.id)}`;
    expect(await on.get('one', path)).toMatchObject({ status: 200, body: { stream } });
    expect(await on.get('other', path)).toMatchObject({ status: 404 });
    const as = (method: string, tenant: string, to = '') =>
      fetch(on.urlOf(path + to), { method, headers: { 'x-tenant': tenant } });
    expect((await as('DELETE', 'other')).status).toBe(404);
    expect((await as('POST', 'other', '/retry')).status).toBe(404);
    expect((await as('POST', 'one', '/retry')).status).toBe(202);
    expect((await as('DELETE', 'one')).status).toBe(204);
    expect((await status('one')).counts['parked']).toBe(counts['parked']! - 1);
  });
});
