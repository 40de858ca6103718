import { randomUUID } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrations as identityMigrations } from '@throughline/identity';
import { connect, type Database, migrate } from '@throughline/postgres';
import { memoryKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations } from '@throughline/read-model';
import { postgres, temporaryFolder, type TestDatabase } from '@throughline/testing';
import { listAccounts } from '../account/account.query.ts';
import { listCustomers } from '../customer/customers.query.ts';
import { reading } from '../reading.ts';

const tenant = 'one';
const dir = new URL('../../migrations', import.meta.url);
const days = (ahead: number): Date => new Date(Date.now() + ahead * 86_400_000);

let database: TestDatabase;
let [projector, service]: Database[] = [];
beforeAll(async () => {
  database = await postgres();
  projector = connect({ url: database.projector, application: 'spec' });
  service = connect({ url: database.service, application: 'spec' });
});
afterAll(async () => {
  await Promise.all([projector!.close(), service!.close()]);
  await database.drop();
});

it('who was last known by what is to come is left out of no list before the rows are made anew', async () => {
  const older = await temporaryFolder();
  await cp(fileURLToPath(dir), older, { recursive: true, filter: (file) => !/000[4-9]-/.test(file) });
  await migrate({ url: database.owner, dir: readModelMigrations, schema: 'read_model' });
  await migrate({ url: database.owner, dir: identityMigrations, schema: 'identity' });
  await migrate({ url: database.owner, dir: older, schema: 'timeline' });
  // As the version before left them: the last that is known of each, to come or not.
  const ids = [30, -1].map((ahead) => ({ id: randomUUID(), at: days(ahead) }));
  for (const [nth, { id, at }] of ids.entries()) {
    await projector!.query(`insert into identity.handle values ($1, $2, $3, true, $2, $3)`, [tenant, id, nth + 1]);
    for (const table of ['contact', 'account'])
      await projector!.query(`insert into timeline.${table} values ($1, $2, $3, $4)`, [tenant, id, at, nth + 1]);
  }
  await migrate({ url: database.owner, dir, schema: 'timeline' });
  const vault = new Vault(memoryKeyStore());
  const listed = await reading({ db: service!, vault }, { tenant, opens: true }, async (on) => [
    (await listCustomers(on, {}, { limit: 10 })).map(({ customer }) => customer),
    (await listAccounts(on, {}, { limit: 10 })).map(({ account }) => account),
  ]);
  expect(listed).toEqual([ids.map(({ id }) => id), ids.map(({ id }) => id)]);
});
