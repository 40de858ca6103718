import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cluster, postgres, type TestCluster, type TestDatabase } from '@throughline/testing';
import { connect, type Database, prepareRoles, refuseUnsafe, roleStatements, UnsafeDatabase } from './index.ts';

const using = async <T>(url: string, fn: (db: Database) => Promise<T>, role?: string): Promise<T> => {
  const db = connect({ url, role, application: 'spec' });
  try {
    return await fn(db);
  } finally {
    await db.close();
  }
};

const rights = `
  select rolname as role, rolsuper as super, rolbypassrls as bypass, rolcreatedb as createdb, rolcreaterole as createrole
  from pg_roles where rolname like 'throughline%' order by rolname`;
const expected = [
  { role: 'throughline_owner', super: false, bypass: false, createdb: false, createrole: false },
  { role: 'throughline_projector', super: false, bypass: true, createdb: false, createrole: false },
  { role: 'throughline_service', super: false, bypass: false, createdb: false, createrole: false },
];

describe('roles', () => {
  let own: TestCluster;
  beforeAll(async () => {
    own = await cluster();
  });
  afterAll(() => own.drop());

  it('have their rights and no more', async () => {
    expect((await using(own.superuser, (db) => db.query(rights))).rows).toEqual(expected);
  });

  it('are made once, however often and by however many', async () => {
    const first = await prepareRoles(own.superuser, { database: 'again' });
    const { passwords } = first;
    const more = await Promise.all([1, 2, 3].map(() => prepareRoles(own.superuser, { database: 'again', passwords })));
    expect(more).toEqual([first, first, first]);
    for (const url of [first.owner, first.service, first.projector]) {
      expect((await using(url, (db) => db.query('select current_database() as name'))).rows).toEqual([
        { name: 'again' },
      ]);
    }
  });

  it('get new passwords where none are given, and the old ones stop working', async () => {
    const old = await prepareRoles(own.superuser, { database: 'spec' });
    const fresh = await prepareRoles(own.superuser, { database: 'spec' });
    await expect(using(old.service, (db) => db.query('select 1'))).rejects.toMatchObject({ code: '28P01' });
    await using(fresh.service, (db) => db.query('select 1'));
  });

  it('can be made by hand', async () => {
    await using(own.superuser, async (db) => {
      await db.query('drop database spec with (force)').catch(() => undefined);
      for (const statement of roleStatements('by-hand')) await db.query(statement);
      expect((await db.query(rights)).rows).toEqual(expected);
      const owner = `select pg_get_userbyid(datdba) as owner from pg_database where datname = 'by-hand'`;
      expect((await db.query(owner)).rows).toEqual([{ owner: 'throughline_owner' }]);
    });
  });

  it('never send a password in the clear', async () => {
    await using(own.superuser, async (db) => {
      const { rows } = await db.query(`select rolpassword as it from pg_authid where rolname like 'throughline%'`);
      for (const { it } of rows) expect(it).toMatch(/^SCRAM-SHA-256\$4096:/);
    });
  });
});

describe('refuseUnsafe', () => {
  let server: TestDatabase;
  beforeAll(async () => {
    server = await postgres();
    await using(server.owner, (db) => db.query('create schema s; create table s.t (); create view s.v as select 1'));
  });
  afterAll(() => server.drop());

  const verdict = (url: string, options?: { bypassRls: boolean }) => using(url, (db) => refuseUnsafe(db, options));
  const disguised = () => using(server.superuser, (db) => refuseUnsafe(db), 'throughline_service');
  const withOption = (option: string) => `${server.service}?options=${encodeURIComponent(option)}`;

  it('lets a service and a projector go', async () => {
    await verdict(server.service);
    await verdict(server.projector, { bypassRls: true });
  });

  it.each([
    ['the superuser', () => verdict(server.superuser), 'superuser'],
    ['the owner', () => verdict(server.owner), 'owns s.'],
    ['a projector in place of a service', () => verdict(server.projector), 'bypasses'],
    ['commits that are not durable', () => verdict(withOption('-c synchronous_commit=off')), 'synchronous_commit'],
    ['a superuser in disguise', disguised, 'superuser'],
  ])('refuses %s', async (_, attempt, because) => {
    await expect(attempt()).rejects.toThrow(UnsafeDatabase);
    await expect(attempt()).rejects.toThrow(because);
  });
});
