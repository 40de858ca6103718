import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, standIn, type StandIn, temporaryFolder } from '@throughline/testing';
import { type Asking, asking, type Told, told, withQuery } from './asking.ts';
import { cli } from './cli.ts';
import { launch, standalone, type Standalone } from './standalone.ts';

// The server is a stand-in: docs/event-store-db.md says what that shows, and what not.
let store: StandIn;
let server: Standalone;
let ask: Asking;
let say: Told;

beforeAll(async () => {
  store = await standIn();
  await begin(await temporaryFolder());
}, 240_000);
afterAll(async () => {
  await server.kill();
  await store.close();
});

const begin = async (dir: string) => {
  server = await standalone({ dir, env: { LEDGER_URL: store.url } });
  ask = asking(server.url);
  say = told(ask);
};

const ann = 'email:ann@example.com';
const interaction = (key: string, text = 'It cracked.') => ({
  source: 'spec',
  key,
  channel: 'chat',
  direction: 'inbound',
  occurredAt: '2026-05-04T09:30:00Z',
  conversation: 'chat-1',
  text,
  participants: [{ role: 'customer', handle: ann, name: 'Ann Lee' }],
});

type Captured = { outcome: string; id: string; position: number };
type Timeline = { items: { id: string; position: number; text?: string }[] };

const timeline = async (minPosition: number): Promise<Timeline> => {
  const { customer } = await say<{ customer: { id: string } }>(withQuery('/v1/brief', { handle: ann, minPosition }));
  return say<Timeline>(withQuery(`/v1/customers/${customer.id}/timeline`, { minPosition }));
};

describe('a product whose ledger is in EventStoreDB', () => {
  let first: Captured;

  it('captures once, and shows it', async () => {
    first = await say<Captured>('/v1/interactions', { json: interaction('one') });
    expect(first.outcome).toBe('captured');
    expect(await say('/v1/interactions', { json: interaction('one') })).toEqual({ ...first, outcome: 'duplicate' });
    expect((await ask('/v1/interactions', { json: interaction('one', 'Something else.') })).status).toBe(409);
    await eventually(async () => {
      const { items } = await timeline(first.position);
      expect(items.filter(({ text }) => text === 'It cracked.')).toMatchObject([{ id: first.id, position: first.position }]); // prettier-ignore
    });
  }, 60_000);

  it('gives its events in order, from any number on, and goes on over broken connections', async () => {
    const second = await say<Captured>('/v1/interactions', { json: interaction('two', 'Still cracked.') });
    expect(second.position).toBeGreaterThan(first.position + 1);
    await store.breakConnections();
    const third = await say<Captured>('/v1/interactions', { json: interaction('three', 'And again.') });
    const positions = async (after: number) => {
      const text = await say<string>(`/v1/events?after=${after}`);
      return text.trim().split('\n').map((line) => Number((JSON.parse(line) as { position: string }).position)); // prettier-ignore
    };
    const all = await positions(0);
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(all).toEqual(expect.arrayContaining([first, second, third].map(({ position }) => position)));
    expect((await positions(second.position - 1))[0]).toBe(second.position);
    expect((await positions(second.position))[0]).toBeGreaterThan(second.position);
  }, 60_000);

  it('says of what it cannot do that it cannot', async () => {
    expect(await ask('/v1/ledger/verify')).toMatchObject({
      status: 501,
      body: {
        title: 'This ledger cannot be proved',
        detail: 'The ledger is in a store that keeps no chain of hashes.',
      },
    });
    const { code, err } = await cli(server.url, 'ledger', 'verify');
    expect([code, err]).toEqual([1, expect.stringContaining('no chain of hashes')]);
  }, 60_000);

  it('knows after a start what it knew before', async () => {
    const { dir } = server;
    await server.stop();
    await begin(dir);
    expect(await say('/v1/interactions', { json: interaction('one') })).toEqual({ ...first, outcome: 'duplicate' });
    expect((await timeline(first.position)).items.length).toBeGreaterThanOrEqual(3);
  }, 240_000);
});

describe('a LEDGER_URL that leads nowhere', () => {
  it.each([
    ['esdb://127.0.0.1:9?tls=false', /The ledger at LEDGER_URL cannot be used/],
    ['postgres://a:secret@127.0.0.1:9/x', /LEDGER_URL names another database than DATABASE_URL/],
  ])(
    'ends the start with what is wrong: %s',
    async (url, why) => {
      const started = launch({ dir: await temporaryFolder(), env: { LEDGER_URL: url } });
      const { code } = await started.ended;
      expect([code, started.err()]).toEqual([1, expect.stringMatching(why)]);
      expect(started.err()).not.toContain('secret');
    },
    240_000,
  );
});
