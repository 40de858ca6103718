import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Database } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';
import { appendByHand, open, withSettings } from '../conformance/postgres.ts';
import { command } from '../conformance/world.ts';
import type { Ledger } from '../ledger.ts';
import { migrations } from '../postgres.ts';

let database: TestDatabase;
let ledger: Ledger;
const as = {} as Record<'superuser' | 'owner' | 'service' | 'projector', Database>;

beforeAll(async () => {
  database = await postgres({ ledger: migrations });
  for (const role of ['superuser', 'owner', 'service', 'projector'] as const)
    as[role] = connect({ url: database[role], application: 'spec' });
  ledger = await open(database);
  await ledger.append([
    command('one', 's', { destroys: ['k1'] }),
    command('two', 's', { checkpoint: { consumer: 'c', from: 0n, to: 1n } }),
  ]);
});
afterAll(async () => {
  await ledger?.close();
  await Promise.all(Object.values(as).map((db) => db.close()));
  await database?.drop();
});

const all = async (db: Pick<Database, 'query'>, table: string) =>
  (await db.query(`select * from ledger.${table}`)).rows;
const tables = ['event', 'batch', 'fork', 'destroyed_key', 'checkpoint'];

const columnOf: Record<string, string> = { event: 'data', batch: 'writer', fork: 'server', destroyed_key: 'key', checkpoint: 'consumer' }; // prettier-ignore

const changes = tables.flatMap((table) => [
  `insert into ledger.${table} select * from ledger.${table}`,
  `update ledger.${table} set ${columnOf[table]} = null`,
  `delete from ledger.${table}`,
  `truncate ledger.${table}`,
  `select from ledger.${table} for update`,
  `alter table ledger.${table} add column more int`,
  `alter table ledger.${table} disable row level security`,
  `alter table ledger.${table} disable trigger all`,
  `drop table ledger.${table} cascade`,
  `create policy mine on ledger.${table} using (true)`,
  `create trigger mine before insert on ledger.${table} execute function ledger.refuse_change()`,
  `create rule mine as on insert to ledger.${table} do instead nothing`,
]);

const escapes = [
  'set role throughline_owner',
  'set session authorization throughline_owner',
  'set session_replication_role = replica',
  'alter role throughline_service bypassrls',
  'create table ledger.more (n int)',
  'create function ledger.more() returns int language sql return 1',
  'drop schema ledger cascade',
  'drop function ledger.append',
  'select ledger.restored()',
  `select ledger.note_fork('elsewhere')`,
  `create or replace function ledger.micros(at timestamptz) returns bigint language sql return 1`,
  `select ledger.objections('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`,
  `copy ledger.event to program 'true'`,
];

describe.each(['service', 'projector'] as const)('the %s role', (role) => {
  it.each([...changes, ...escapes])('may not %s', async (statement) => {
    await expect(as[role].query(statement)).rejects.toThrow(
      /permission denied|must be (owner|superuser)|not supported/,
    );
  });
});

describe('the service role', () => {
  it('sees no events and keys without a tenant', async () => {
    expect(await all(as.service, 'event')).toEqual([]);
    expect(await all(as.service, 'destroyed_key')).toEqual([]);
  });

  it("sees one tenant's events and keys and no other's, whatever it asks for", async () => {
    await as.service.asTenant('one', async (db) => {
      expect((await all(db, 'event')).map(({ tenant }) => tenant)).toEqual(['one']);
      expect((await all(db, 'destroyed_key')).map(({ tenant }) => tenant)).toEqual(['one']);
      expect((await db.query(`select from ledger.event where tenant = 'two' or position = 2`)).rowCount).toBe(0);
    });
    await as.service.asTenant('two', async (db) => {
      expect((await all(db, 'event')).map(({ tenant }) => tenant)).toEqual(['two']);
      expect(await all(db, 'destroyed_key')).toEqual([]);
    });
  });

  it("cannot be told another tenant's content by the error of a function", async () => {
    const leak = `select from ledger.event where data::text::int = 1`;
    await as.service.asTenant('three', async (db) => expect((await db.query(leak)).rowCount).toBe(0));
  });
});

describe('the projector role', () => {
  it('reads all tenants', async () => expect(await all(as.projector, 'event')).toHaveLength(2));
  it('appends nothing', () => expect(as.projector.query(appendByHand)).rejects.toThrow('permission denied'));
});

describe.each(['owner', 'superuser'] as const)('the %s', (role) => {
  it.each(
    ['event', 'batch', 'destroyed_key'].flatMap((table) => [
      `update ledger.${table} set ${table === 'batch' ? 'writer = writer' : 'tenant = tenant'}`,
      `delete from ledger.${table}`,
      `truncate ledger.${table}`,
    ]),
  )('does not %s by a slip', async (statement) => {
    await expect(as[role].query(statement)).rejects.toThrow('only grows');
    expect(await ledger.head()).toBe(2n);
  });
});

describe('row-level security', () => {
  it('is on and forced on every table that has a tenant', async () => {
    const { rows } = await as.superuser.query(`
      select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'
      where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        and not (c.relrowsecurity and c.relforcerowsecurity)`);
    expect(rows).toEqual([]);
  });

  it('stands on functions whose search path nobody can bend', async () => {
    const { rows } = await as.superuser.query(`
      select proname, proconfig::text as config, proacl::text as acl from pg_proc
      where pronamespace = 'ledger'::regnamespace and prosecdef order by proname`);
    expect(rows).toEqual([
      {
        proname: 'append',
        config: expect.stringContaining('search_path=pg_catalog, pg_temp'),
        acl: '{throughline_owner=X/throughline_owner,throughline_service=X/throughline_owner}',
      },
      {
        proname: 'recognise',
        config: expect.stringContaining('search_path=pg_catalog, pg_temp'),
        acl: '{throughline_owner=X/throughline_owner,throughline_service=X/throughline_owner}',
      },
    ]);
  });
});

describe('at its start the ledger refuses', () => {
  const refused = async (urls: Partial<TestDatabase>, why: RegExp) =>
    expect(open({ ...database, ...urls })).rejects.toThrow(why);

  it('synchronous_commit off', () =>
    refused({ service: withSettings(database.service, { synchronous_commit: 'off' }) }, /synchronous_commit/));
  it('the owner', () => refused({ service: database.owner }, /throughline_service/));
  it('a superuser', () => refused({ service: database.superuser }, /superuser/));
  it('a role that sees all tenants', () => refused({ service: database.projector }, /row-level security/));
  it('a tail as the owner', () => refused({ projector: database.owner }, /owns/));
  it('a writer without a name', () => expect(open(database, { writer: '' })).rejects.toThrow('writer is empty'));
});
