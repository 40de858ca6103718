import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ledgerFeed } from '@throughline/feed';
import { memoryLedger } from '@throughline/ledger';
import { eventually } from '@throughline/testing';
import { type SpecDatabase, specDatabase } from '../../test/database.ts';
import { newEvent } from '../../test/scripted.ts';
import { projector } from '../projector.ts';
import { run, type Running } from '../running.ts';
import { table } from '../table.ts';
import { rebuildElsewhere } from './elsewhere.ts';
import { dropLeft } from './left.ts';

const columns = { tenant: 'text', stream: 'text', position: 'bigint' } as const;
const streams = table({ name: 'spec.streams', columns, key: ['tenant', 'stream'], merge: 'replace' });
const build = (version: number) =>
  projector({
    name: 'spec.streams',
    version,
    tables: [streams],
    events: ['SessionEnded'],
    *project(events) {
      for (const { tenant, stream, position } of events) yield streams.put({ tenant, stream, position });
    },
  });

let db: SpecDatabase;
beforeAll(async () => {
  db = await specDatabase([streams]);
});
afterAll(() => db.close());

const ledger = memoryLedger();
const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
const deployed = (version: number): Running => {
  const how = { pollMs: 20, lookMs: 20 };
  const one = run(build(version), { feed: ledgerFeed(ledger), ledger, db: db.projector }, how);
  running.push(one);
  return one;
};
const say = async (said: string): Promise<bigint> => {
  const { data: _, ...event } = newEvent({ changes: [] });
  const data = JSON.stringify({ outcome: said });
  await ledger.append([{ tenant: 'acme', stream: said, expected: 'any', events: [{ ...event, data }] }]);
  return ledger.head();
};
const beside = () => rebuildElsewhere(db.projector, 'spec.streams').attend();

describe('what was live before', () => {
  it('is dropped once nobody brings it past what has to be heard, and not while a build of before does', async () => {
    const drop = dropLeft(db.projector, 0);
    const old = deployed(1);
    await old.following.waitFor(await say('a'), 10_000);
    const young = deployed(2);
    await eventually(async () => expect(await beside()).toMatchObject({ is: 'previous', version: 1 }));

    const heard = await say('b');
    await young.following.waitFor(heard, 10_000);
    await eventually(async () => expect(await beside()).toMatchObject({ position: heard }));
    expect(await drop([heard])).toEqual([]);

    await old.stop();
    const next = await say('c');
    // What is not live yet cannot be passed by what stands beside it.
    expect(await drop([next + 1n])).toEqual([]);
    await young.following.waitFor(next, 10_000);
    expect(await drop([])).toEqual([]);
    expect(await dropLeft(db.projector, 3_600_000)([next])).toEqual([]);
    expect(await beside()).toMatchObject({ position: heard });
    expect(await drop([next])).toEqual(['spec.streams']);
    expect(await beside()).toBeUndefined();
    const { rows } = await db.superuser.query(`select to_regclass('spec_beside.streams') as it`);
    expect(rows).toEqual([{ it: null }]);
    await young.following.waitFor(await say('d'), 10_000);
    expect((await db.superuser.query('select from spec.streams')).rowCount).toBe(4);
  }, 90_000);
});
