import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Logger } from 'typeorm';
import type { Client } from './database.ts';

/** Which migrations, and for which schema of which database. */
export interface Migrations {
  /** As `throughline_owner`. */
  url: string;
  /** The folder of `NNNN-name.sql` files. */
  dir: string | URL;
  /** Made where it is missing; holds the table `migration` of what was done. */
  schema: string;
}

/** A file that was already applied has changed, or two files have one number. Applied files stay as they are: add another. */
export class MigrationRefused extends Error {
  override name = 'MigrationRefused';
}

/** A migration's statement failed, and with it the whole file; `cause` has PostgreSQL's error. */
export class MigrationFailed extends Error {
  override name = 'MigrationFailed';
}

interface SqlFile {
  name: string;
  number: number;
  sql: string;
  /** As the table of done migrations knows it: file, digest, and the timestamp that TypeORM wants at the end. */
  id: string;
}

const TABLE = 'migration';
const LOCK_WITHIN = '120s';
const FIRST_TIMESTAMP = 1_000_000_000_000;

/**
 * Applies the files that were not yet applied, by number, each in a transaction of its own; processes that start at
 * the same time wait for each other (120 s at most).
 *
 * @returns the names of the files applied now
 * @throws MigrationRefused before anything is applied · MigrationFailed, the files before it staying applied
 */
export async function migrate({ url, dir, schema }: Migrations): Promise<string[]> {
  const files = await filesIn(dir);
  return withClient(url, async (client) => {
    await client.query(`set lock_timeout = '${LOCK_WITHIN}'`);
    await client.query('select pg_advisory_lock(hashtext($1), hashtext($2))', ['throughline migrate', schema]);
    const pending = await pendingOf(client, schema, files);
    if (pending.length > 0) {
      await makeSchema(client, schema);
      await apply(url, schema, pending);
    }
    if (files.length > 0) await client.query(`grant select on ${tableOf(schema)} to public`);
    return pending.map(({ name }) => name);
  });
}

/**
 * The names of the files that {@link migrate} would apply, in order; any role that may use the schema can ask. Without a
 * `url`, those of a database that is not there yet: all.
 *
 * @throws MigrationRefused
 */
export async function pendingMigrations({
  url,
  dir,
  schema,
}: Omit<Migrations, 'url'> & { url: string | undefined }): Promise<string[]> {
  const files = await filesIn(dir);
  if (url === undefined) return files.map(({ name }) => name);
  return withClient(url, async (client) => (await pendingOf(client, schema, files)).map(({ name }) => name));
}

/**
 * What {@link migrate} would apply to several schemas, as `schema/NNNN-name.sql`, by connections that are there already.
 * What was applied beyond the files is no matter: a newer build has been here.
 *
 * @throws MigrationRefused
 */
export async function missingMigrations(
  db: Client,
  schemas: readonly Pick<Migrations, 'dir' | 'schema'>[],
): Promise<string[]> {
  const missing = schemas.map(async ({ schema, dir }) => {
    const pending = await pendingOf(db, schema, await filesIn(dir));
    return pending.map(({ name }) => `${schema}/${name}`);
  });
  return (await Promise.all(missing)).flat();
}

async function withClient<T>(url: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'throughline migrate' });
  await client.connect();
  try {
    return await fn(client);
  } finally {
    await client.end();
  }
}

async function filesIn(dir: string | URL): Promise<SqlFile[]> {
  const folder = dir instanceof URL ? fileURLToPath(dir) : dir;
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).toSorted();
  const files = await Promise.all(names.map(async (name) => fileOf(name, await readFile(join(folder, name), 'utf8'))));
  const twice = files.find(({ number }, at) => number === files[at + 1]?.number);
  if (twice) throw new MigrationRefused(`Two migrations have the number of ${twice.name}`);
  return files;
}

function fileOf(name: string, sql: string): SqlFile {
  const number = Number(name.slice(0, 4));
  const digest = createHash('sha256').update(sql).digest('hex');
  return { name, number, sql, id: `${name} ${digest} ${FIRST_TIMESTAMP + number}` };
}

async function pendingOf(client: Client, schema: string, files: SqlFile[]): Promise<SqlFile[]> {
  const known = await exists(client, 'to_regclass', tableOf(schema));
  const { rows } = known ? await client.query<{ name: string }>(`select name from ${tableOf(schema)}`) : { rows: [] };
  const done = new Map(rows.map(({ name: id }) => [Number(id.slice(0, 4)), id]));
  const changed = files.find(({ number, id }) => done.has(number) && done.get(number) !== id);
  if (changed) throw new MigrationRefused(`${changed.name} was applied to ${schema} with another name or content`);
  return files.filter(({ number }) => !done.has(number));
}

async function makeSchema(client: Client, schema: string): Promise<void> {
  const name = pg.escapeIdentifier(schema);
  // `if not exists` would ask for the right to make one even where somebody made it for us.
  if (!(await exists(client, 'to_regnamespace', name))) await client.query(`create schema ${name}`);
}

async function exists(client: Client, lookup: 'to_regclass' | 'to_regnamespace', name: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(`select ${lookup}($1) is not null as found`, [name]);
  return rows[0]?.found === true;
}

const tableOf = (schema: string): string => `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(TABLE)}`;

async function apply(url: string, schema: string, files: SqlFile[]): Promise<void> {
  // Loaded here alone: a start with nothing to migrate does not wait for it.
  const { DataSource } = await import('typeorm');
  const source = new DataSource({
    type: 'postgres',
    url,
    schema,
    applicationName: 'throughline migrate',
    migrations: files.map(classOf),
    migrationsTableName: TABLE,
    migrationsTransactionMode: 'each',
    poolSize: 2,
    logger: quiet,
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}

// What fails is thrown, and the caller has a log of its own.
const silence = (): void => {};
const quiet: Logger = {
  logQuery: silence,
  logQueryError: silence,
  logQuerySlow: silence,
  logSchemaBuild: silence,
  logMigration: silence,
  log: silence,
};

/** TypeORM takes classes, and knows them by a name that ends in thirteen digits. */
function classOf({ name, sql, id }: SqlFile) {
  return class {
    name = id;
    async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
      await runner.query(sql).catch((error: Error & { driverError?: pg.DatabaseError }) => {
        const position = Number(error.driverError?.position);
        const line = position ? `, line ${sql.slice(0, position).split('\n').length}` : '';
        throw new MigrationFailed(`${name}${line}: ${error.message}`, { cause: error.driverError ?? error });
      });
    }
    async down(): Promise<void> {
      throw new MigrationRefused(`${name} has no way back`);
    }
  };
}
