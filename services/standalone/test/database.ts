import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { schemas } from '@throughline/migrate';
import { connect, type Database } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';

/** A database of the run's own server with every schema of ours. */
export const migrated = (): Promise<TestDatabase> =>
  postgres(Object.fromEntries(schemas.map(({ schema, dir }) => [schema, dir])));

/** The database below a standalone's data folder, as its superuser. */
export const asSuperuser = async (dir: string): Promise<Database> =>
  connect({ url: await urlOf(dir), application: 'spec' });

/** The same as one of the roles that the services work as. */
export const asRole = async (dir: string, role: 'service' | 'projector'): Promise<Database> => {
  const text = await readFile(join(dir, 'installation.json'), 'utf8');
  const { passwords } = JSON.parse(text) as { passwords: Record<typeof role, string> };
  const url = new URL(await urlOf(dir));
  url.username = `throughline_${role}`;
  url.password = passwords[role];
  return connect({ url: url.href, application: 'spec', max: 1 });
};

const urlOf = async (dir: string): Promise<string> => {
  const text = await readFile(join(dir, 'postgres/server.json'), 'utf8');
  const { password, port } = JSON.parse(text) as { password: string; port: number };
  return `postgres://postgres:${password}@127.0.0.1:${port}/throughline`;
};

/** A table, as SQL writes its name. */
export type Table = { readonly name: string; readonly schema: string; readonly columns: readonly string[] };

/** Every table of ours; with a column `tenant`, or all. */
export const tablesOf = async (db: Database, { withTenant }: { readonly withTenant: boolean }): Promise<Table[]> => {
  const { rows } = await db.query<Table>(
    `select format('%I.%I', t.table_schema, t.table_name) as name, t.table_schema as schema,
            array_agg(format('%I', c.column_name)) filter (where c.is_generated = 'NEVER' and c.is_identity = 'NO') as columns
     from information_schema.tables t join information_schema.columns c using (table_schema, table_name)
     where t.table_type = 'BASE TABLE' and t.table_schema not in ('pg_catalog', 'information_schema')
     group by t.table_schema, t.table_name having not $1 or bool_or(c.column_name = 'tenant') order by 1`,
    [withTenant],
  );
  return rows;
};
