import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { follow, type Following, type ParkedDesk, parkedDesk } from '@throughline/feed';
import { type Ledger, memoryLedger, type StoredEvent } from '@throughline/ledger';
import fc from 'fast-check';
import { feedConformance, type FeedHarness } from '../../feed/src/conformance.ts';
import { type SpecDatabase, specDatabase } from '../test/database.ts';
import { anyScript, dataOf, newEvent, type Script, scripted, tables } from '../test/scripted.ts';
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

/** Reads what it wrote before and writes more behind it: wrong as soon as something else was written in between. */
const trails = (onEvent: (event: StoredEvent) => void) =>
  projector({
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
    project(events, before) {
      const after = new Map(before);
      return events.map(({ tenant, stream, position, stored }) => {
        onEvent(stored);
        const positions = [...(after.get(`${tenant} ${stream}`) ?? []), String(position)];
        after.set(`${tenant} ${stream}`, positions);
        return trail.put({ tenant, stream, positions });
      });
    },
  });

const desk = (tenant: string): ParkedDesk => {
  const at = <T>(work: (desk: ParkedDesk) => Promise<T>) =>
    db.service.asTenant(tenant, (client) => work(parkedDesk(client)));
  return {
    list: (options) => at((one) => one.list(options)),
    count: () => at((one) => one.count()),
    show: (id) => at((one) => one.show(id)),
    retry: (id) => at((one) => one.retry(id)),
    drop: (id, reason, actor) => at((one) => one.drop(id, reason, actor)),
  };
};

feedConformance('the tail of a ledger, a projection', async (): Promise<FeedHarness> => {
  await db.clear();
  const ledger = memoryLedger();
  return {
    append: async (events) => {
      const outcomes = await ledger.append(
        events.map(({ stream, type = 'SessionEnded' }) => ({
          tenant: 'acme',
          stream,
          expected: 'any',
          events: [{ ...newEvent({ changes: [] }), type }],
        })),
      );
      return outcomes.flatMap((outcome) => (outcome.is === 'appended' ? outcome.positions : []));
    },
    recorder: (onEvent) => ({
      ...projection(trails(onEvent), { db: db.projector }),
      trail: async (stream) => {
        const { rows } = await db.projector.query<{ positions: string[] }>(
          `select positions from ${trail.name} where tenant = 'acme' and stream = $1`,
          [stream],
        );
        return (rows[0]?.positions ?? []).map(BigInt);
      },
    }),
    feed: (consumer) => follow(ledger, consumer, { pollMs: 20 }),
    desk: desk('acme'),
    close: () => ledger.close(),
  };
});

describe('live and rebuilt', () => {
  const stored = async (ledger: Ledger, scripts: readonly Script[]) => {
    for (const [at, script] of scripts.entries()) {
      const event = { ...newEvent(script), id: randomUUID(), data: dataOf(script) };
      await ledger.append([
        { tenant: at % 2 ? 'acme' : 'globex', stream: `s${at % 3}`, expected: 'any', events: [event] },
      ]);
    }
    return ledger.head();
  };
  const reached = async (following: Following, position: bigint) => {
    const done = await following.waitFor(position, 10_000);
    await following.stop();
    expect([done, following.lastError]).toEqual([true, undefined]);
  };

  it('are the same: two processes while events come, in small batches, and one afterwards in large ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyScript, { minLength: 1, maxLength: 25 }), async (scripts) => {
        await db.clear();
        const ledger = memoryLedger();
        const [one, other] = [3, 4].map((limit) =>
          follow(ledger, projection(scripted, { db: db.projector }), { limit, pollMs: 10 }),
        );
        const head = await stored(ledger, scripts);
        await reached(one!, head);
        await reached(other!, head);
        const live = await projection(scripted, { db: db.projector }).checksum();

        await db.clear();
        const rebuilt = projection(scripted, { db: db.projector });
        await reached(follow(ledger, rebuilt), head);
        expect(await rebuilt.checksum()).toBe(live);
        await ledger.close();
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('are the same where a stream was parked for a while, if its rows are its own or merge in any order', async () => {
    await db.clear();
    const ledger = memoryLedger();
    let broken = true;
    const fussy = projector({
      ...scripted,
      *project(events) {
        if (broken && events.some(({ stream }) => stream === 's1')) throw new Error('not now');
        yield* scripted.project(events);
      },
    });
    const at = (seconds: number) => `2026-01-01T00:00:0${seconds}Z`;
    const rows = (id: string, n: number) => [
      { table: 'spec.newest', is: 'put' as const, row: { id: 'shared', a: id, at: at(n % 2) } },
      { table: 'spec.oldest', is: 'put' as const, row: { id: 'shared', a: id, at: at(n % 2) } },
      { table: 'spec.added', is: 'put' as const, row: { id: 'shared', n, m: 1 } },
      { table: 'spec.replaced', is: 'put' as const, row: { id, a: String(n) } },
    ];
    const scripts = Array.from({ length: 30 }, (_, index) => ({ changes: rows(`s${index % 3}`, index) }));
    const live = follow(ledger, projection(fussy, { db: db.projector }), { pollMs: 10, limit: 5 });
    const head = await stored(ledger, scripts);
    await live.waitFor(head, 10_000);
    broken = false;
    const parked = await Promise.all(['acme', 'globex'].map((tenant) => desk(tenant).list()));
    expect(parked.flat()).toHaveLength(10);
    for (const tenant of ['acme', 'globex']) {
      const [first] = await desk(tenant).list();
      await desk(tenant).retry(first!);
    }
    const { eventually } = await import('@throughline/testing');
    await eventually(async () => expect([await desk('acme').count(), await desk('globex').count()]).toEqual([0, 0]));
    await live.stop();
    const checksum = await projection(scripted, { db: db.projector }).checksum();

    await db.clear();
    const rebuilt = projection(scripted, { db: db.projector });
    await reached(follow(ledger, rebuilt), head);
    expect(await rebuilt.checksum()).toBe(checksum);
    await ledger.close();
  });
});
