import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@throughline/postgres';
import { postgres, temporaryFolder, type TestDatabase } from './index.ts';

describe('postgres()', () => {
  let one: TestDatabase;
  let two: TestDatabase;
  beforeAll(async () => {
    [one, two] = await Promise.all([postgres(), postgres()]);
  });
  afterAll(() => Promise.all([one.drop(), two.drop()]));

  it('gives each its own database on one server', async () => {
    const a = connect({ url: one.owner, application: 'spec' });
    const b = connect({ url: two.owner, application: 'spec' });
    await a.query('create schema mine');
    await b.query('create schema mine');
    const port = (db: typeof a) => db.query<{ port: number }>('select inet_server_port() as port');
    expect((await port(a)).rows).toEqual((await port(b)).rows);
    await Promise.all([a.close(), b.close()]);
  });

  it.each(['superuser', 'owner', 'service', 'projector'] as const)('lets the %s in', async (role) => {
    const db = connect({ url: one[role], application: 'spec' });
    const { rows } = await db.query('select current_database() as database');
    expect(rows).toEqual([{ database: new URL(one.superuser).pathname.slice(1) }]);
    await db.close();
  });

  it('applies migrations for each, and copies nothing but those', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, '0001-first.sql'), 'create table "area".t (n int)');
    for (const n of [1, 2]) {
      const { owner, drop } = await postgres({ area: dir });
      const db = connect({ url: owner, application: 'spec' });
      await db.query('insert into area.t values ($1)', [n]);
      expect((await db.query('select n from area.t')).rows).toEqual([{ n }]);
      await db.query('create schema mine');
      await db.close();
      await drop();
    }
  });
});
