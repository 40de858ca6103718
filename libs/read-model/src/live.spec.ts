import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { follow, type FollowOptions, type Following, parkedDesk } from '@throughline/feed';
import { type Ledger, memoryLedger } from '@throughline/ledger';
import { eventually } from '@throughline/testing';
import fc from 'fast-check';
import { type SpecDatabase, specDatabase } from '../test/database.ts';
import {
  added,
  anyScript,
  newest,
  newEvent,
  oldest,
  replaced,
  type Script,
  scripted,
  tables,
} from '../test/scripted.ts';
import { projection } from './projection.ts';
import { projector } from './projector.ts';
import { table } from './table.ts';

const trail = table({
  name: 'spec.trail',
  columns: { tenant: 'text', stream: 'text', positions: 'text[]' },
  key: ['tenant', 'stream'],
  merge: 'replace',
});

let db: SpecDatabase;
beforeAll(async () => {
  db = await specDatabase([...tables, trail]);
});
afterAll(() => db.close());

let ledger: Ledger;
const followings: Following[] = [];
beforeEach(async () => {
  await db.clear();
  ledger = memoryLedger();
});

/** Appends an event per script, in turns to two tenants and three streams. Answers the last one's position. */
const append = async (scripts: readonly Script[]) => {
  for (const [at, script] of scripts.entries()) {
    const tenant = at % 2 ? 'acme' : 'globex';
    await ledger.append([{ tenant, stream: `s${at % 3}`, expected: 'any', events: [newEvent(script)] }]);
  }
  return ledger.head();
};
const feed = (consumer: Parameters<typeof follow>[1], options?: FollowOptions) => {
  const following = follow(ledger, consumer, { pollMs: 10, ...options });
  followings.push(following);
  return following;
};
const stopAt = async (position: bigint) => {
  for (const following of followings.splice(0)) {
    const reached = await following.waitFor(position, 10_000);
    await following.stop();
    expect([reached, following.lastError]).toEqual([true, undefined]);
  }
};
const work = () => projection(scripted, { db: db.projector });

/** Stops all, then builds the tables of {@link scripted} again from nothing. Answers the checksums before and after. */
const rebuilt = async (head: bigint) => {
  await stopAt(head);
  const live = await work().checksum();
  await db.clear();
  feed(work());
  await stopAt(head);
  return [live, await work().checksum()];
};

describe('live and rebuilt rows', () => {
  it('are the same: by two processes while events come, in small batches, and by one in a large batch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyScript, { minLength: 1, maxLength: 25 }), async (scripts) => {
        await db.clear();
        ledger = memoryLedger();
        for (const limit of [3, 4]) feed(work(), { limit });
        const [live, again] = await rebuilt(await append(scripts));
        expect(again).toBe(live);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('are the same where a stream was parked for a while, if its rows are its own or merge in any order', async () => {
    let broken = true;
    const fussy = projector({
      ...scripted,
      *project(events) {
        if (broken && events.some(({ stream }) => stream === 's1')) throw new Error('not now');
        yield* scripted.project(events);
      },
    });
    const put = (of: { name: string }, row: object) => ({ table: of.name, is: 'put' as const, row: row as never });
    const scripts = Array.from({ length: 30 }, (_, n) => {
      const [own, at] = [`s${n % 3}`, `2026-01-01T00:00:0${n % 4}Z`];
      const shared = [newest, oldest].map((of) => put(of, { id: 'shared', a: own, at }));
      return { changes: [...shared, put(added, { id: 'shared', n, m: 1 }), put(replaced, { id: own, a: String(n) })] };
    });
    const following = feed(projection(fussy, { db: db.projector }), { limit: 5 });
    const head = await append(scripts);
    expect(await following.waitFor(head, 10_000)).toBe(true);

    broken = false;
    const parked = await Promise.all(['acme', 'globex'].map(retryAll));
    expect(parked).toEqual([5, 5]);
    await eventually(() => expect(following.counts.applied).toBe(30));
    const [live, again] = await rebuilt(head);
    expect(again).toBe(live);
  });
});

/** Has the tenant's parked events tried again. Answers how many there are. */
const retryAll = (tenant: string) =>
  db.service.asTenant(tenant, async (client) => {
    const desk = parkedDesk(client);
    const parked = await desk.list();
    for (const one of parked) await desk.retry(one);
    return parked.length;
  });

/** Reads what it wrote before and writes it back with more: wrong as soon as anything was written in between. */
const trails = projector({
  name: 'spec.trails',
  version: 1,
  tables: [trail],
  events: ['SessionEnded'],
  prepare: async (events, client) => {
    const { rows } = await client.query<{ tenant: string; stream: string; positions: string[] }>(
      `select * from ${trail.name} where (tenant, stream) in (select * from unnest($1::text[], $2::text[]))`,
      [events.map(({ tenant }) => tenant), events.map(({ stream }) => stream)],
    );
    return new Map(rows.map(({ tenant, stream, positions }) => [`${tenant} ${stream}`, positions]));
  },
  project: (events, before) => {
    const after = new Map(before);
    return events.map(({ tenant, stream, position }) => {
      const positions = [...(after.get(`${tenant} ${stream}`) ?? []), String(position)];
      after.set(`${tenant} ${stream}`, positions);
      return trail.put({ tenant, stream, positions });
    });
  },
});

describe('a projector that reads its rows before it writes', () => {
  it('loses nothing and doubles nothing though its connections are killed', async () => {
    const following = feed(projection(trails, { db: db.projector }), { limit: 3 });
    const head = await append(Array.from({ length: 300 }, () => ({ changes: [] })));
    let killed = 0n;
    while (following.position() < head && killed < 20n) {
      const { rows } = await db.superuser.query<{ killed: bigint }>(
        `select count(pg_terminate_backend(pid)) as killed from pg_stat_activity
          where datname = current_database() and usename = 'throughline_projector'`,
      );
      killed += rows[0]!.killed;
      await following.waitFor(following.position() + 10n, 5_000);
    }
    await stopAt(head);
    expect([killed > 0n, following.counts.retries > 0, await everyPosition()]).toEqual([true, true, upTo(300)]);
  });

  it('reads what is still so when it writes, though three processes work at it', async () => {
    for (const limit of [2, 3, 5]) feed(projection(trails, { db: db.projector }), { limit });
    const head = await append(Array.from({ length: 240 }, () => ({ changes: [] })));
    await stopAt(head);
    expect(await everyPosition()).toEqual(upTo(240));
  });
});

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

/** All that the trails hold, in order, after a look at each of them. */
const everyPosition = async () => {
  const { rows } = await db.projector.query<{ positions: string[] }>(`select positions from ${trail.name}`);
  const all = rows.map(({ positions }) => positions.map(Number));
  for (const positions of all) expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  return all.flat().toSorted((a, b) => a - b);
};
