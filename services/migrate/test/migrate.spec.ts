import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, roleNames, unprepared } from '@throughline/postgres';
import { cluster, type TestCluster } from '@throughline/testing';
import { schemas } from '@throughline/migrate';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const loader = new URL('../../../tools/source.js', import.meta.url).href;
const run = promisify(execFile);

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

const migrating = (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> =>
  run(process.execPath, ['--conditions=source', '--import', loader, main, ...args], { env: { PATH: process.env.PATH, ...env } }) // prettier-ignore
    .then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }))
    .catch((error: Ended) => error);

describe('a database for the fleet', () => {
  const roles = Object.values(roleNames);
  let server: TestCluster;
  let superuser: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    server = await cluster();
    superuser = server.superuser.replace(/spec$/, 'postgres');
    const db = connect({ url: superuser, application: 'spec' });
    for (const what of ['database spec', ...roles.map((role) => `role ${role}`)]) await db.query(`drop ${what}`);
    await db.close();
    const at = (role: string): string => {
      const url = new URL(superuser);
      [url.username, url.password, url.pathname] = [`throughline_${role}`, `of-${role}`, '/fleet'];
      return url.href;
    };
    env = {
      SUPERUSER_URL: superuser,
      DATABASE_URL: at('owner'),
      SERVICE_URL: at('service'),
      PROJECTOR_URL: at('projector'),
    };
  }, 60_000);
  afterAll(() => server.drop());

  it('is told of before there is anything of it, and nothing is made', async () => {
    const told = await migrating(env, '--dry-run');
    const lines = (what: string) => [...told.stdout.matchAll(new RegExp(`^${what} (\\S+): to be made$`, 'gm'))].map(([, name]) => name); // prettier-ignore
    expect(told).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+ to be applied\.\n$/m) });
    expect([lines('role'), lines('database')]).toEqual([roles, ['fleet']]);
    const named = [...told.stdout.matchAll(/^(\w+): to be applied \S+$/gm)].map(([, schema]) => schema);
    expect(new Set(named)).toEqual(new Set(schemas.map(({ schema }) => schema)));
    expect(await unprepared(superuser, 'fleet')).toEqual({ roles, database: undefined });
  }, 60_000);

  it('is made by two at once, with its roles and schemas', async () => {
    const [one, other] = await Promise.all([migrating(env), migrating(env)]);
    expect([one, other]).toMatchObject([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const applied = [one.stdout, other.stdout].flatMap((out) => [...out.matchAll(/^(\w+): applied (\S+)/gm)]);
    const files = applied.map(([, schema, file]) => `${schema}/${file}`);
    expect(new Set(files).size).toBe(files.length);
    expect(new Set(applied.map(([, schema]) => schema))).toEqual(new Set(schemas.map(({ schema }) => schema)));
    for (const url of [env.SERVICE_URL!, env.PROJECTOR_URL!]) {
      const db = connect({ url, application: 'spec' });
      expect((await db.query('select from read_model.checkpoint')).rows).toEqual([]);
      await db.close();
    }
  }, 120_000);

  it('is left as it is where nothing is new, and where it is only asked about', async () => {
    const { SUPERUSER_URL: _, ...plain } = env;
    for (const again of [await migrating(plain), await migrating(env, '--dry-run')])
      expect(again).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^ledger: up to date\n[^]*Nothing to do\.\n$/),
      });
  }, 120_000);

  it('is not begun with settings that are wrong, or on a server that is not there', async () => {
    expect(await migrating({ DATABASE_URL: 'db.example' })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^DATABASE_URL is not a URL/m),
    });
    expect(await migrating({ ...env, SERVICE_URL: '' })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^SERVICE_URL is missing/m),
    });
    const nowhere = await migrating({ DATABASE_URL: 'postgres://throughline_owner:secret@127.0.0.1:9/fleet' });
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The database cannot be migrated\. .*ECONNREFUSED/) }); // prettier-ignore
    expect(nowhere.stderr).not.toMatch(/^\s+at |secret/m);
  }, 60_000);
});
