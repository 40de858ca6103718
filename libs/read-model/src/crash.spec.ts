import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { migrations as feedMigrations, ledgerFeed } from '@throughline/feed';
import { type Ledger, migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { connect, type Database, migrate } from '@throughline/postgres';
import { cluster, eventually, type TestCluster } from '@throughline/testing';
import { newEvent } from '../test/scripted.ts';
import { createTable, migrations } from './index.ts';
import { projector } from './projector.ts';
import { run } from './running.ts';
import { table } from './table.ts';

// Servers are ended and started here, each of which takes as long as the machine takes.
jest.setTimeout(180_000);
const patiently = { within: 60_000 };

const columns = { tenant: 'text', stream: 'text', position: 'bigint' } as const;
const words = table({ name: 'spec.words', columns, key: ['tenant', 'stream'], merge: 'replace' });
const build = projector({
  name: 'spec.words',
  version: 1,
  tables: [words],
  events: ['SessionEnded'],
  *project(events) {
    for (const { tenant, stream, position } of events) yield words.put({ tenant, stream, position });
  },
});

let server: TestCluster;
let ledger: Ledger;
let [db, superuser]: Database[] = [];
beforeAll(async () => {
  // As long as can be until what did not wait for the disk is there: a crash takes it away.
  server = await cluster({ wal_writer_delay: '10s' });
  await migrate({ url: server.owner, dir: ledgerMigrations, schema: 'ledger' });
  await migrate({ url: server.owner, dir: feedMigrations, schema: 'feed' });
  await migrate({ url: server.owner, dir: migrations, schema: 'read_model' });
  const owner = connect({ url: server.owner, application: 'spec' });
  await owner.query(createTable(words));
  await owner.close();
  ledger = await postgresLedger({ url: server.service, tailUrl: server.projector, writer: 'spec' });
  [db, superuser] = [server.projector, server.superuser].map((url) => connect({ url, application: 'spec' }));
});
afterAll(async () => {
  await ledger.close();
  for (const one of [db, superuser]) await one?.close();
  await server.drop();
});

/** Says a word each in a stream of its own; answers the last one's position. */
const say = async (...all: string[]) => {
  for (const stream of all)
    await ledger.append([{ tenant: 'acme', stream, expected: 'any', events: [newEvent({ changes: [] })] }]);
  return ledger.head();
};
const rows = async () => {
  const { rows } = await db!.query<{ stream: string }>('select stream from spec.words order by position');
  return rows.map(({ stream }) => stream);
};
const isBack = () => eventually(() => ledger.head(), patiently);
const start = () => {
  const feed = ledgerFeed(ledger);
  const { following, stop } = run(build, { feed, ledger, db: db! });
  return { following, stop: () => stop().then(feed.close) };
};

it('has its rows again that a crash of the server took away, though nothing comes', async () => {
  const { following, stop } = start();
  await following.waitFor(await say('a', 'b'), 30_000);
  await server.restart('immediate');
  await isBack();
  await eventually(async () => expect(await rows()).toEqual(['a', 'b']), patiently);
  await stop();
});

it('55 has the rows of the ledger alone, though it was restored under it', async () => {
  const { following, stop } = start();
  const before = ['a', 'b', 'c'];
  await following.waitFor(await say('c'), 30_000);
  const [data, kept] = ['data', 'kept'].map((name) => join(server.dir, name));
  await server.stop('fast');
  await cp(data!, kept!, { recursive: true, preserveTimestamps: true });
  await server.start();
  await isBack();
  await following.waitFor(await say('ghost 1', 'ghost 2'), 30_000);
  await server.stop('fast');
  await rm(data!, { recursive: true });
  await cp(kept!, data!, { recursive: true, preserveTimestamps: true });
  await server.start();
  await eventually(() => superuser!.query('select ledger.restored()'), patiently);
  await eventually(async () => expect(await rows()).toEqual(before), patiently);
  await isBack();
  expect(await following.waitFor(await say('d', 'e', 'f'), 30_000)).toBe(true);
  await eventually(async () => expect(await rows()).toEqual([...before, 'd', 'e', 'f']), patiently);
  await stop();
});
