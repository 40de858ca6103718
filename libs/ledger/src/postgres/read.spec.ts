import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, type Database } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';
import { open } from '../conformance/postgres.ts';
import { command } from '../conformance/world.ts';
import { migrations } from '../postgres.ts';

let database: TestDatabase;
let superuser: Database;

beforeAll(async () => {
  database = await postgres({ ledger: migrations });
  superuser = connect({ url: database.superuser, application: 'spec' });
});
afterAll(async () => {
  await superuser.close();
  await database.drop();
});

const touched = async (): Promise<number> => {
  const { rows } = await superuser.query<{ read: bigint }>(`
    select seq_tup_read + (select sum(idx_tup_read) from pg_stat_user_indexes i where i.relid = t.relid)::bigint as read
    from pg_stat_user_tables t where relid = 'ledger.event'::regclass`);
  return Number(rows[0]!.read);
};

it('looks streams up by index, also by a plan that was made while the ledger was empty', async () => {
  const ledger = await open(database);
  const wanted = Array.from({ length: 50 }, (_, at) => ({ stream: `s${at}`, fromVersion: 2 }));
  // The server keeps the plan that it has made by then.
  for (let nth = 0; nth < 10; nth += 1) await ledger.readAll('plans', wanted);
  await ledger.append(Array.from({ length: 2_000 }, (_, at) => command('plans', `s${at % 1_000}`)));
  const before = await touched();
  for (let nth = 0; nth < 10; nth += 1) expect(await ledger.readAll('plans', wanted)).toHaveLength(50);
  // A session tells what it did when it ends.
  await ledger.close();
  expect((await touched()) - before).toBeLessThan(5 * 2_000);
});
