import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Database } from '@throughline/postgres';
import { eventually, temporaryFolder, type TestDatabase } from '@throughline/testing';
import { launchService, urlOf } from './apart.ts';
import { asking, told, type Told, withQuery } from './asking.ts';
import { migrated } from './database.ts';
import { type Captured, interaction } from './made.ts';
import type { Page } from './shapes.ts';
import type { Run } from './standalone.ts';

const [ann, bob] = ['email:ann@lee.example', 'email:bob@lee.example'] as const;
const names = ['capture', 'timeline', 'routing'] as const;
type Name = (typeof names)[number];
type Shown = {
  readonly name: string;
  readonly version: number;
  readonly position: number;
  readonly beside?: { readonly is: string; readonly version: number; readonly position: number };
};

const processes = new Map<Name, Run>();
const at = {} as Record<Name, string>;
const ask = {} as Record<Name, Told>;
let urls: TestDatabase;
let env: Readonly<Record<string, string>>;
let db: Database;
/** The version of routing's rows that this build makes, and the one before. */
let [version, before] = [0, 0];

const start = async (name: Name): Promise<void> => {
  const run = launchService(name, env);
  processes.set(name, run);
  at[name] = await urlOf(name, run);
  ask[name] = told(asking(at[name]));
};

beforeAll(async () => {
  urls = await migrated();
  db = connect({ url: urls.superuser, application: 'spec' });
  const keys = await temporaryFolder();
  env = {
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    DATABASE_URL: urls.service,
    PROJECTOR_URL: urls.projector,
    KEYS_URL: `file:${join(keys, 'keys.sqlite')}`,
    KEYS_KEK: join(keys, 'kek'),
    ERASURE_SETTLES: '0',
    LOG_LEVEL: 'error',
  };
  await Promise.all(names.map(start));
}, 120_000);
afterAll(async () => {
  for (const { child } of processes.values()) child.kill('SIGKILL');
  await db.close();
  await urls.drop();
});

const say = (key: string, handle: string) =>
  ask.capture<Captured>('/v1/interactions', { json: interaction(key, { participants: [{ role: 'customer', handle }] }) }); // prettier-ignore
const customer = async (handle: string, minPosition: number) =>
  (await ask.timeline<Page<{ id: string }>>(withQuery('/v1/customers', { handle, minPosition }))).items[0]!.id;
const routing = async () =>
  (await ask.timeline<Page<Shown>>('/v1/projections')).items.find(({ name }) => name === 'routing');
const act = (what: 'swap' | 'rollback') => ask.timeline<Shown>(`/v1/projections/routing/${what}`, { method: 'POST' });
const ready = async () => {
  const { status, body } = await asking(at.routing)('/health/ready');
  return `${status} ${JSON.stringify(body)}`;
};
const isLive = (version: number, beside: object) =>
  eventually(async () => expect(await routing()).toMatchObject({ version, beside }), { within: 60_000 });

/** Nothing follows any more from what there is. */
const settled = () =>
  eventually(async () => {
    const { rows } = await db.query<{ behind: string[] | null }>(
      `select array_agg(projection) as behind from read_model.live join read_model.checkpoint using (projection, version)
       where projection not like '%.beside' and position < (select max(position) from ledger.event)`,
    );
    expect(rows).toEqual([{ behind: null }]);
  });

/** Has routing's rows taken for those that the build before made and left. */
const madeByTheBuildBefore = async (): Promise<void> => {
  await settled();
  const { rows } = await db.query<{ version: number }>(
    `select version from read_model.live where projection = 'routing'`,
  );
  version = rows[0]!.version;
  before = version - 1;
  const { child, ended } = processes.get('routing')!;
  child.kill('SIGKILL');
  await ended;
  await db.query(
    `insert into read_model.projection select projection, $1::integer, tables from read_model.projection
    where projection = 'routing' and version = $2 on conflict do nothing`,
    [before, version],
  );
  await db.query(`delete from read_model.checkpoint where projection = 'routing' and version = $1`, [before]);
  for (const table of ['live', 'checkpoint'])
    await db.query(`update read_model.${table} set version = $1 where projection = 'routing'`, [before]);
};
const besideOf = async (table: string): Promise<number | undefined> => {
  const { rows } = await db.query<{ is: boolean }>(`select to_regclass('routing_beside.${table}') is not null as is`);
  if (!rows[0]!.is) return undefined;
  return (await db.query(`select from routing_beside.${table}`)).rowCount ?? 0;
};

describe('a build with another version of routing', () => {
  let [his, hers] = ['', ''];

  it('is not ready before its rows are live, so that whoever deploys keeps the build before', async () => {
    await say('one', ann);
    const { position } = await say('two', bob);
    [hers, his] = [await customer(ann, position), await customer(bob, position)];
    await ask.routing(`/v1/customers/${his}/owner`, { json: { owner: ann, name: 'Ann Lee' } });
    await eventually(async () => expect((await db.query('select from routing.person')).rowCount).toBe(1));
    await madeByTheBuildBefore();
    await db.tx(async (reader) => {
      // Somebody reads for long: nothing goes live meanwhile.
      await reader.query('lock table routing.person in access share mode');
      await start('routing');
      await isLive(before, { is: 'next', version });
      expect(await ready()).toMatch(/^503 .*are made of this version: routing\b/);
    });
    await isLive(version, { is: 'previous', version: before });
    await eventually(async () => expect(await ready()).toMatch(/^200 /));
  }, 180_000);

  it('is rolled back from a process that has no part in it, and brought live again', async () => {
    expect(await act('rollback')).toMatchObject({ version: before, beside: { is: 'next', version } });
    expect(await act('swap')).toMatchObject({ version, beside: { is: 'previous', version: before } });
    expect(await asking(at.timeline)('/v1/projections/routing/rebuild', { method: 'POST' })).toMatchObject({ status: 422 });
    expect(await asking(at.timeline)('/v1/projections/routing.reactor/rollback', { method: 'POST' })).toMatchObject({ status: 409 });
  }, 60_000); // prettier-ignore

  it('leaves nothing of somebody who is erased in the rows of the build before, which nobody makes any longer', async () => {
    expect(await besideOf('person')).toBe(1);
    const { id } = await ask.capture<{ id: string }>(`/v1/customers/${hers}/data`, { method: 'DELETE' });
    await eventually(async () => expect(await ask.capture(`/v1/erasures/${id}`)).toMatchObject({ state: 'complete' }), { within: 60_000 }); // prettier-ignore
    expect(await besideOf('person')).toBeUndefined();
    expect((await db.query('select from routing.person')).rowCount).toBe(0);
    expect(await routing()).toBeUndefined();
  }, 120_000);

  it('is discarded by hand as well', async () => {
    await madeByTheBuildBefore();
    await start('routing');
    await isLive(version, { is: 'previous', version: before });
    await ask.timeline('/v1/projections/routing/beside', { method: 'DELETE' });
    expect(await routing()).toBeUndefined();
    expect(await besideOf('matter')).toBeUndefined();
  }, 120_000);
});
