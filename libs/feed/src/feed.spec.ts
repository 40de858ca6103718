import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ledger, memoryLedger, migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { connect, type Database, migrate } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';
import { appendTo } from '../test/events.ts';
import { emptyStore, memoryDesk, memoryRecorder } from '../test/memory.ts';
import { postgresRecorder, recorderTables } from '../test/postgres.ts';
import { feedConformance } from './conformance.ts';
import { ledgerFeed, migrations, parkedDesk, type ParkedDesk } from './index.ts';

const name = 'spec.recorder@1';

feedConformance('the tail of a ledger, a consumer in memory', async () => {
  const ledger = memoryLedger();
  const store = emptyStore();
  return {
    append: appendTo(ledger),
    recorder: (onEvent) => memoryRecorder(store, name, onEvent),
    feed: (consumer) => ledgerFeed(ledger).follow(consumer, { pollMs: 20 }),
    desk: memoryDesk(store, 'acme'),
    close: () => ledger.close(),
  };
});

let urls: TestDatabase;
let ledger: Ledger;
let [owner, service, projector]: Database[] = [];
beforeAll(async () => {
  urls = await postgres();
  await migrate({ url: urls.owner, dir: migrations, schema: 'feed' });
  [owner, service, projector] = [urls.owner, urls.service, urls.projector].map((url) =>
    connect({ url, application: 'spec', max: 4 }),
  );
  await owner!.query(recorderTables);
  await migrate({ url: urls.owner, dir: ledgerMigrations, schema: 'ledger' });
  ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'spec' });
});
afterAll(async () => {
  await ledger.close();
  for (const db of [owner, service, projector]) await db?.close();
  await urls.drop();
});

const acme = <T>(work: (desk: ParkedDesk) => Promise<T>) =>
  service!.asTenant('acme', (client) => work(parkedDesk(client)));

const desk: ParkedDesk = {
  list: (options) => acme((one) => one.list(options)),
  count: () => acme((one) => one.count()),
  show: (id) => acme((one) => one.show(id)),
  retry: (id) => acme((one) => one.retry(id)),
  drop: (id, reason, actor) => acme((one) => one.drop(id, reason, actor)),
};

feedConformance('the tail of a ledger in PostgreSQL, a consumer in PostgreSQL', async () => {
  await owner!.query('truncate feed.parked, spec.place, spec.trail');
  // What the cases before stored cannot be taken back: this one's ledger begins behind it.
  const base = await ledger.head();
  const fresh: Pick<Ledger, 'abilities' | 'tail' | 'watch' | 'head'> = {
    abilities: ledger.abilities,
    head: () => ledger.head(),
    watch: (wake) => ledger.watch(wake),
    tail: (after, options) => ledger.tail(after < base ? base : after, options),
  };
  return {
    append: appendTo(ledger),
    recorder: (onEvent) => postgresRecorder(projector!, name, onEvent),
    feed: (consumer) => ledgerFeed(fresh).follow(consumer, { pollMs: 20 }),
    desk,
    close: async () => {},
  };
});

describe('the lag', () => {
  it('is how much comes after a position, and since when the oldest of it waits', async () => {
    const now = Date.now();
    let clock = BigInt(now - 60_000) * 1_000n;
    const aged = memoryLedger({ now: () => clock });
    const { lag } = ledgerFeed(aged);
    expect(await lag(0n)).toEqual({ events: 0, seconds: 0 });
    await appendTo(aged)([{ stream: 's0' }, { stream: 's1' }]);
    clock = BigInt(now - 10_000) * 1_000n;
    await appendTo(aged)([{ stream: 's0' }]);
    const [all, last] = [await lag(0n), await lag(2n)];
    expect([all.events, last.events]).toEqual([3, 1]);
    expect(all.seconds - last.seconds).toBeCloseTo(50, 0);
    expect(last.seconds).toBeGreaterThanOrEqual(10);
    expect(await lag(3n)).toEqual({ events: 0, seconds: 0 });
    await aged.close();
  });
});
