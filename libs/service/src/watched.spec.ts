import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Consumer, ledgerFeed, migrations as feedMigrations, park } from '@throughline/feed';
import { memoryLedger } from '@throughline/ledger';
import { connect, type Database, migrate } from '@throughline/postgres';
import { exposition } from '@throughline/telemetry';
import { eventually, postgres, type TestDatabase } from '@throughline/testing';
import { readinessOf } from './readiness.ts';
import { watchedFeed, watchFlushes } from './watched.ts';

let server: TestDatabase;
let db: Database;
beforeAll(async () => {
  server = await postgres();
  db = connect({ url: server.projector, application: 'spec' });
});
afterAll(async () => {
  await db.close();
  await server.drop();
});

const schemas = [{ schema: 'feed', dir: feedMigrations }];
const ledger = memoryLedger();
const event = (id: string) => ({
  id,
  type: 'Said',
  occurredAt: '2026-05-04T09:30:00Z',
  data: '{}',
  meta: '{"schema":1}',
});

describe('readiness', () => {
  const state = { joined: false, active: false, lastError: new Error('no broker') as Error | undefined, retries: 0 };
  const feed = { ...ledgerFeed(ledger), state: () => state };

  it('waits for the feed to join, once', async () => {
    const { feed: hasJoined } = readinessOf({ db, feed }, schemas);
    await expect(hasJoined!()).rejects.toThrow('has not joined: no broker');
    state.joined = true;
    await hasJoined!();
    state.joined = false;
    await hasJoined!();
  });

  it('waits for the migrations of this build', async () => {
    const { migrations } = readinessOf({ db, feed }, schemas);
    await expect(migrations!()).rejects.toThrow(/^is behind: feed\/0001-parked.sql.* to be applied$/);
    await migrate({ url: server.owner, ...schemas[0]! });
    await migrations!();
  });

  it('needs the database', async () => {
    const away = connect({ url: server.service.replace(/:\d+\//, ':9/'), application: 'spec' });
    await expect(readinessOf({ db: away, feed }, []).database!()).rejects.toThrow('ECONNREFUSED');
    await away.close();
  });
});

describe('what is fed', () => {
  const isTold = (line: string) =>
    eventually(async () => expect(await exposition()).toMatch(new RegExp(`^${line}$`, 'm')));

  it('is told by consumer: its lag, its work and what is parked', async () => {
    await migrate({ url: server.owner, ...schemas[0]! });
    let holds = true;
    let position = 0n;
    // What is parked here is only looked at, and not tried again.
    const parked = { streams: async () => [], next: async () => [], failed: async () => {} };
    const consumer: Consumer = {
      name: 'spec@1',
      parked,
      position: async () => position,
      apply: async (batch) => {
        if (holds) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
        position = batch.to;
      },
    };
    const ids = ['0b4b1f0e-5d39-4b8a-9d6e-0d4f4c1f9a11', '0b4b1f0e-5d39-4b8a-9d6e-0d4f4c1f9a12'];
    await ledger.append(ids.map((id) => ({ tenant: 'acme', stream: 's', expected: 'any', events: [event(id)] })));
    const [first, second] = await ledger.tail(0n);
    const owner = { consumer: 'spec@1', partition: 'ledger' };
    await park(db, owner, [{ event: first!, error: new Error('no') }, { event: second! }]);
    await park(db, { ...owner, consumer: 'other@1' }, [{ event: first! }]);
    // What was given up is parked no more.
    const giveUp = `update feed.parked set dropped_at = now(), dropped_by = 'ann', drop_reason = 'no use' where position = $1`;
    await db.query(giveUp, [first!.position]);
    const { feed, stop } = watchedFeed(ledgerFeed(ledger), db);
    const following = feed.follow(consumer);
    await isTold('throughline_feed_lag_events\\{consumer="spec@1"\\} 2');
    await isTold('throughline_feed_lag_seconds\\{consumer="spec@1"\\} [0-9.e-]+');
    await isTold('throughline_feed_retries_total\\{consumer="spec@1"\\} [1-9]\\d*');
    await isTold('throughline_parked_events\\{consumer="spec@1"\\} 1');
    expect(await exposition()).not.toContain('other@1');
    holds = false;
    await isTold('throughline_feed_lag_events\\{consumer="spec@1"\\} 0');
    await following.stop();
    stop();
    expect(await exposition()).not.toMatch(/^throughline_feed_lag_events\{consumer="spec@1"/m);
  });

  it('is appended in flushes, which are counted', async () => {
    const told = async (name: string) =>
      Number(new RegExp(`^throughline_${name} (.*)$`, 'm').exec(await exposition())?.[1] ?? 0);
    const names = ['append_flush_commands_sum', 'append_flush_duration_seconds_sum'];
    const before = await Promise.all(names.map(told));
    const { onFlush, stop } = watchFlushes();
    onFlush({ commands: 3, stored: 4, bytes: 100, milliseconds: 2 });
    await isTold('throughline_events_appended_total 4');
    const added = (await Promise.all(names.map(told))).map((sum, at) => sum - before[at]!);
    expect(added).toEqual([3, expect.closeTo(0.002, 6)]);
    stop();
  });
});
