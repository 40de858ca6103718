import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from '@throughline/identity';
import { connect, type Database } from '@throughline/postgres';
import { keyId, type KeyStore, memoryKeyStore } from '@throughline/privacy';
import { postgres, type TestDatabase } from '@throughline/testing';
import { quartersOf } from './plan.ts';

let urls: TestDatabase;
let db: Database;
let superuser: Database;
let keys: KeyStore;
beforeAll(async () => {
  urls = await postgres({ identity: migrations });
  [db, superuser] = [urls.service, urls.superuser].map((url) => connect({ url, application: 'spec' })) as [Database, Database]; // prettier-ignore
  keys = memoryKeyStore();
});
afterAll(async () => {
  keys.close();
  await Promise.all([db.close(), superuser.close()]);
  await urls.drop();
});

const handles = (count: number) => Array.from({ length: count }, () => randomUUID());
/** Handles of so many customers, by two each. */
const customers = (tenant: string, ids: readonly string[]) =>
  superuser.query(
    `insert into identity.handle (tenant, handle, first_position, is_customer, customer, position)
     select $1, handle, nth, true, ($2::uuid[])[nth - (nth + 1) % 2], nth
     from unnest($2::uuid[]) with ordinality as it (handle, nth)`,
    [tenant, ids],
  );
const sealed = (tenant: string, quarter: string, ids: readonly string[]) =>
  keys.keys(tenant, ids.map((id) => keyId(id, quarter))); // prettier-ignore

describe('the quarters of which something is there', () => {
  it('are counted by customers and their handles, and nobody else', async () => {
    const ids = handles(6);
    await customers('few', ids);
    await sealed('few', '2025Q1', [...ids.slice(0, 4), ...handles(3)]);
    await sealed('few', '2025Q3', [ids[1]!, ids[4]!]);
    await sealed('few', '2024Q4', handles(2));
    expect(await quartersOf({ keys, db }, 'few')).toEqual([
      { quarter: '2025Q1', keys: 4, customers: 2, staying: 1, atLeast: false },
      { quarter: '2025Q3', keys: 2, customers: 2, staying: 0, atLeast: false },
    ]);
  });

  it('are counted to a thousand handles, and it is said that there may be more', async () => {
    const ids = handles(2_500);
    await customers('many', ids);
    await sealed('many', '2025Q1', ids);
    await sealed('many', '2025Q2', ids.slice(0, 10));
    const [first, second] = await quartersOf({ keys, db }, 'many');
    expect(first).toMatchObject({ quarter: '2025Q1', keys: 1_000, atLeast: true });
    expect(second).toEqual({ quarter: '2025Q2', keys: 10, customers: 5, staying: 0, atLeast: false });
  });
});
