import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { postgres, temporaryFolder, type TestDatabase } from '@throughline/testing';
import {
  connect,
  type Database,
  migrate,
  MigrationFailed,
  MigrationRefused,
  missingMigrations,
  pendingMigrations,
} from './index.ts';

describe('migrations', () => {
  let server: TestDatabase;
  let owner: Database;
  let dir: string;
  let schema: string;
  let count = 0;
  beforeAll(async () => {
    server = await postgres();
    owner = connect({ url: server.owner, application: 'spec' });
  });
  afterAll(async () => {
    await owner.close();
    await server.drop();
  });
  beforeEach(async () => {
    dir = await temporaryFolder();
    schema = `Area ${++count}`;
  });

  const put = (name: string, sql: string) => writeFile(join(dir, name), sql);
  const run = () => migrate({ url: server.owner, dir, schema });
  const pending = () => pendingMigrations({ url: server.owner, dir, schema });
  const rowsOf = async (table: string) => (await owner.query(`select * from "${schema}".${table}`)).rows;

  it('are applied by number, once', async () => {
    await put('0010-third.sql', `insert into "${schema}".t values (3)`);
    await put('0002-second.sql', `insert into "${schema}".t values (1); insert into "${schema}".t values (2)`);
    await put('0001-first.sql', `create table "${schema}".t (n int)`);
    await put('readme.md', 'not one of them');
    const all = ['0001-first.sql', '0002-second.sql', '0010-third.sql'];
    expect(await pending()).toEqual(all);
    expect(await run()).toEqual(all);
    expect(await run()).toEqual([]);
    expect(await rowsOf('t')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await put('0011-more.sql', `insert into "${schema}".t values (4)`);
    expect(await pending()).toEqual(['0011-more.sql']);
    expect(await migrate({ url: server.owner, dir: pathToFileURL(dir), schema })).toEqual(['0011-more.sql']);
    expect(await pending()).toEqual([]);
  });

  it('are told where they are missing, by connections of any role, and newer ones are no matter', async () => {
    await put('0001-first.sql', `create table "${schema}".t (n int)`);
    const missing = () => missingMigrations(owner, [{ schema, dir }]);
    expect(await missing()).toEqual([`${schema}/0001-first.sql`]);
    await run();
    expect(await missing()).toEqual([]);
    await put('0002-next.sql', `create table "${schema}".u (n int)`);
    expect(await missing()).toEqual([`${schema}/0002-next.sql`]);
    await run();
    await rm(join(dir, '0002-next.sql'));
    expect(await missing()).toEqual([]);
  });

  it('run once where many processes start together', async () => {
    await put('0001-first.sql', `create table "${schema}".t (n int)`);
    const done = await Promise.all([run(), run(), run()]);
    expect(done.flat()).toEqual(['0001-first.sql']);
  });

  it('are refused once changed, renamed or numbered twice', async () => {
    await put('0001-first.sql', `create table "${schema}".t (n int)`);
    await run();
    await put('0002-next.sql', `create table "${schema}".u (n int)`);
    await put('0001-first.sql', `create table "${schema}".t (n bigint)`);
    await expect(run()).rejects.toThrow(MigrationRefused);
    await expect(pending()).rejects.toThrow('0001-first.sql');
    await rm(join(dir, '0001-first.sql'));
    await put('0001-other.sql', `create table "${schema}".t (n int)`);
    await expect(run()).rejects.toThrow(MigrationRefused);
    await put('0002-twice.sql', 'select 1');
    await expect(run()).rejects.toThrow('0002-next.sql');
    await expect(rowsOf('u')).rejects.toMatchObject({ code: '42P01' });
  });

  it('are applied whole or not at all, and say where they failed', async () => {
    await put('0001-good.sql', `create table "${schema}".t (n int)`);
    await put('0002-bad.sql', `insert into "${schema}".t values (1);\nselect 1;\nselect oops`);
    await expect(run()).rejects.toThrow(MigrationFailed);
    await expect(run()).rejects.toThrow('0002-bad.sql, line 3: column "oops" does not exist');
    expect(await rowsOf('t')).toEqual([]);
    expect(await pending()).toEqual(['0002-bad.sql']);
    await put('0002-bad.sql', `insert into "${schema}".t values (2)`);
    expect(await run()).toEqual(['0002-bad.sql']);
    expect(await rowsOf('t')).toEqual([{ n: 2 }]);
  });

  it('can be looked up by a service', async () => {
    await put('0001-first.sql', `grant usage on schema "${schema}" to throughline_service`);
    await run();
    await put('0002-next.sql', 'select 1');
    expect(await pendingMigrations({ url: server.service, dir, schema })).toEqual(['0002-next.sql']);
  });
});
