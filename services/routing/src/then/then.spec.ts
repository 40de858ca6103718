import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { follow, ledgerFeed, migrations as feedMigrations } from '@throughline/feed';
import type { Page } from '@throughline/host';
import { identityProjector, migrations as identityMigrations } from '@throughline/identity';
import type { Ledger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { migrations as readModelMigrations, projection } from '@throughline/read-model';
import { postgres } from '@throughline/testing';
import { type Served, served } from '../../test/served.ts';
import { migrations as routingMigrations } from '../index.ts';
import { PromiseDesk } from '../promise/promise.desk.ts';
import { QueueDesk } from '../queue/queue.desk.ts';
import type { RoutingOptions } from '../routing.ts';
import { routingProjector } from '../routing.projector.ts';

const tenant = 'one';
const [bo, cy] = ['email:bo@acme.example', 'email:cy@acme.example'];
const people = ['email:ann@example.com', 'tel:+14155550100', 'email:dee@example.com'];
const moments = 50;
const page = { limit: 50 };

type Items = Pick<Page<{ readonly id: string }>, 'items'>;
type Answers = Readonly<Record<string, unknown>>;

/** The rows of a ledger that ends at a position, which can be moved on; nothing is decided on them. */
const rowsOf = async (ledger: Ledger, { vault }: Pick<Served, 'vault'>) => {
  const schemas = { read_model: readModelMigrations, feed: feedMigrations, identity: identityMigrations, routing: routingMigrations }; // prettier-ignore
  const urls = await postgres(schemas);
  const [db, projectorDb] = [urls.service, urls.projector].map((url) => connect({ url, application: 'spec' }));
  let end = 0n;
  let at = new Date();
  const wakes = new Set<() => void>();
  const part: Ledger = {
    ...ledger,
    head: async () => end,
    tail: async (after, how) => (await ledger.tail(after, how)).filter(({ position }) => position <= end),
    watch: (wake) => {
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
  };
  const followings = [routingProjector, identityProjector].map((one) =>
    follow(part, projection(one as typeof identityProjector, { db: projectorDb! })),
  );
  const options = { ledger: part, feed: ledgerFeed(part), db, projectorDb, vault, now: () => at } as RoutingOptions;
  return {
    desks: {
      queues: new QueueDesk(options, undefined as never, undefined as never),
      promises: new PromiseDesk(options),
    },
    endsAt: async (position: bigint) => {
      end = position;
      at = new Date((await ledger.tail(position - 1n, { limit: 1 }))[0]!.recordedAt);
      for (const wake of wakes) wake();
      for (const one of followings) if (!(await one.waitFor(position, 20_000))) throw new Error(`${one.name} is late`);
    },
    /** As where a build before this one is still live. */
    areOfAnOlderBuild: async () => {
      await projectorDb!.query(`update read_model.checkpoint set version = 1 where projection = 'routing'`);
      await projectorDb!.query(`update read_model.live set version = 1 where projection = 'routing'`);
    },
    close: async () => {
      await Promise.all(followings.map((one) => one.stop()));
      await Promise.all([db!.close(), projectorDb!.close()]);
      await urls.drop();
    },
  };
};

/** What comes of a question: an answer, or why there is none. */
const told = async (asked: Promise<Items>): Promise<unknown> => {
  try {
    return (await asked).items;
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
};

describe('queues and promises', () => {
  let on: Served;
  const snapshots = new Map<bigint, Answers>();
  let older: unknown;

  const plays = async () => {
    const put = (path: string, body: object) => on.ask(tenant, 'PUT', path, { body });
    const agents: string[] = [];
    await on.ask(tenant, 'POST', '/v1/agents', { body: { handle: cy, name: 'Cy' } });
    await put('/v1/teams/support', { channels: ['chat'], waits: 'PT15M', fallback: { handle: cy, name: 'Cy' } });
    for (const [handle, name] of [[bo, 'Bo'], [cy, 'Cyril']] as const) {
      const body = { handle, name, teams: ['support'], capacity: 2 };
      agents.push((await on.ask<{ id: string }>(tenant, 'POST', '/v1/agents', { body })).body.id);
    } // prettier-ignore
    const isThere = (agent: string, presence: string) => put(`/v1/agents/${agent}/presence`, { presence });
    const waiting = async () =>
      (await on.ask<Items>(tenant, 'GET', `/v1/queues/support?minPosition=${await on.settled()}`)).body.items;
    for (let round = 0; round < 6; round += 1) {
      for (const from of people)
        await on.say(tenant, { from, kind: 'support', ...(round % 2 > 0 && { priority: 'high' }) });
      await on.settled();
      // What waits already becomes more urgent.
      await on.say(tenant, { from: people[2]!, conversation: `again ${round}`, kind: 'support', priority: 'urgent' });
      const [first] = await waiting();
      if (first) await on.ask(tenant, 'POST', `/v1/matters/${first.id}/${round % 2 ? 'wait' : 'close'}`, { body: {} });
      await isThere(agents[round % 2]!, round % 3 ? 'available' : 'away');
      await on.settled();
      for (const from of people) await on.say(tenant, { from, by: bo });
      if (round === 2) await on.link(tenant, people[0]!, people[1]!);
      await on.settled();
    }
    await on.ask(tenant, 'DELETE', '/v1/teams/support');
    return on.settled();
  };

  beforeAll(async () => {
    on = await served();
    const head = await plays();
    const rows = await rowsOf(on.ledger, on);
    const ends = Array.from({ length: moments }, (_, nth) => BigInt(1 + Math.floor(((nth * 7 + 3) % moments) * (head / moments)))); // prettier-ignore
    for (const end of ends.toSorted((a, b) => Number(a - b))) {
      await rows.endsAt(end);
      const { queues, promises } = rows.desks;
      const answers: Record<string, unknown> = {};
      for (const team of ['support', 'default'])
        answers[`/v1/queues/${team}?`] = await told(queues.list(tenant, team, page));
      for (const one of people) {
        const id = on.id(tenant, one);
        answers[`/v1/customers/${id}/promises?state=all&`] = await told(promises.list(tenant, id, { ...page, state: 'all' })); // prettier-ignore
        answers[`/v1/customers/${id}/promises?`] = await told(promises.list(tenant, id, { ...page, state: 'open' }));
      }
      snapshots.set(end, JSON.parse(JSON.stringify(answers)) as Answers);
    }
    await rows.areOfAnOlderBuild();
    const { queues, promises } = rows.desks;
    const known = { ...page, recordedAsOf: BigInt(head) };
    const asked = [queues.list(tenant, 'support', known), promises.list(tenant, on.id(tenant, people[0]!), { ...known, state: 'all' })]; // prettier-ignore
    older = await Promise.all(asked.map(told));
    await rows.close();
  }, 300_000);
  afterAll(() => on.close());

  const answersAt = async (when: string, paths: readonly string[]): Promise<Answers> => {
    const answers = paths.map(async (path) => {
      const { body, status } = await on.ask<Items & { code?: string }>(tenant, 'GET', `${path}${when}`);
      return [path, status === 200 ? body.items : body.code] as const;
    });
    return Object.fromEntries(await Promise.all(answers));
  };

  it('are at every position what they were then', async () => {
    const played = [...snapshots.values()];
    expect(played.some((answers) => (answers['/v1/queues/support?'] as unknown[]).length > 1)).toBe(true);
    for (const [end, snapshot] of snapshots) {
      const answers = await answersAt(`recordedAsOf=${end}`, Object.keys(snapshot));
      expect([end, answers]).toEqual([end, snapshot]);
    }
  }, 120_000);

  it('are the same page by page', async () => {
    for (const [end, snapshot] of snapshots) {
      const waiting = snapshot['/v1/queues/support?'];
      if (!Array.isArray(waiting)) continue;
      const read: unknown[] = [];
      for (let cursor: string | null | undefined = ''; cursor != null;) {
        const path: string = `/v1/queues/support?recordedAsOf=${end}&limit=1${cursor && `&cursor=${cursor}`}`;
        const { body }: { body: Page<unknown> } = await on.ask(tenant, 'GET', path);
        read.push(...body.items);
        cursor = body.nextCursor;
      }
      expect([end, read]).toEqual([end, waiting]);
    }
  }, 120_000);

  it('cannot be read while the live rows are of a build that did not tell of steps', () => {
    expect(older).toEqual(['NotYet', expect.arrayContaining([expect.anything()])]);
  });

  it('are told beyond the head as of the head, with its position', async () => {
    const { body } = await on.ask<Items & { position: number }>(tenant, 'GET', '/v1/queues/support?recordedAsOf=999999999'); // prettier-ignore
    expect(body.position).toBe(Number(await on.ledger.head()));
  });

  it.each([
    ['recordedAsOf=0', 422, 'BeforeFirst'],
    ['recordedAsOf=2026-05-04T09:30:00Z', 501, 'Unchained'],
    ['recordedAsOf=then', 400, 'InvalidQuery'],
    ['asOf=then', 400, 'InvalidQuery'],
  ])('are refused for %s', async (query, status, code) => {
    for (const path of ['/v1/queues/support', `/v1/customers/${on.id(tenant, people[0]!)}/promises`])
      expect(await on.ask(tenant, 'GET', `${path}?${query}`)).toMatchObject({ status, body: { code } });
  });

  it('are what the world was, by what is known now', async () => {
    const [from] = people;
    await on.say(tenant, { from: 'email:eve@example.com' });
    await on.settled();
    const asOf = new Date().toISOString();
    const path = `/v1/customers/${on.id(tenant, from!)}/promises?state=all&`;
    const before = await answersAt(`asOf=${asOf}`, [path, '/v1/queues/default?']);
    const [waiting] = before['/v1/queues/default?'] as { readonly id: string }[];
    await on.ask(tenant, 'POST', `/v1/matters/${waiting!.id}/close`, { body: {} });
    await on.say(tenant, { from: from!, kind: 'support' });
    await on.settled();
    expect(await answersAt(`asOf=${asOf}`, [path, '/v1/queues/default?'])).toEqual(before);
    expect(await answersAt('', [path])).not.toEqual({ [path]: before[path] });
  });
});
