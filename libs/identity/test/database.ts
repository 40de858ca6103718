import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgres } from '@throughline/testing';
import pg from 'pg';
import { type IdentityChange, identityTables, migrations, type Queryable } from '../src/index.ts';

pg.types.setTypeParser(pg.types.builtins.INT8, BigInt);

const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
};

const migrateBy = async (url: string): Promise<void> => {
  const owner = await connect(url);
  await owner.query('create schema identity');
  for (const file of readdirSync(migrations).toSorted())
    await owner.query(readFileSync(join(migrations, file), 'utf8'));
  await owner.end();
};

/** A database with the schema `identity`, and a connection of each role that uses it. */
export const identityDatabase = async () => {
  const urls = await postgres();
  await migrateBy(urls.owner);
  const [service, projector] = [await connect(urls.service), await connect(urls.projector)];
  return {
    projector: projector as Queryable,
    asTenant: async (tenant: string): Promise<Queryable> => {
      await service.query(`select set_config('throughline.tenant', $1, false)`, [tenant]);
      return service;
    },
    close: async (): Promise<void> => {
      await Promise.all([service.end(), projector.end()]);
      await urls.drop();
    },
  };
};

/** Does a change as the read model would. */
export const apply = async (db: Queryable, { table, is, row }: IdentityChange): Promise<void> => {
  const { key, columns } = identityTables.find(({ name }) => name === table)!;
  const names = is === 'put' ? Object.keys(columns) : [...key];
  const values = names.map((name) => row[name]);
  const places = names.map((_, n) => `$${n + 1}`).join();
  const text =
    is === 'put'
      ? `insert into ${table} (${names.join()}) values (${places}) on conflict (${key.join()}) do update set (${names.join()}) = row (${places})`
      : `delete from ${table} where (${names.join()}) = (${places})`;
  await db.query({ text, values });
};
