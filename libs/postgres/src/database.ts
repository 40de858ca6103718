import pg from 'pg';
import { copyInto } from './copy.ts';
import { types } from './types.ts';

/** One statement. With a `name` the server prepares it once per connection and keeps the plan. */
export interface Query {
  name?: string;
  text: string;
  values?: unknown[];
  /** Rows as arrays of columns instead of objects. */
  rowMode?: 'array';
}

/** What a statement gave back; `rowCount` is null where the statement counts none. */
export interface Result<R> {
  rows: R[];
  rowCount: number | null;
  command: string;
}

/** Something that runs statements, one after the other. Rejects with pg's `DatabaseError` (`code` is the SQLSTATE). */
export interface Client {
  query: <R = Record<string, unknown>>(query: string | Query, values?: unknown[]) => Promise<Result<R>>;
}

/** One connection, for as long as a transaction lasts. */
export interface Transaction extends Client {
  /** Adds rows in COPY's text format; `into` names the table and its columns: `s.t (a, b)`. Rejects as a statement does. */
  copy: (into: string, rows: string) => Promise<void>;
}

/** A pool of connections of one role. */
export interface Database extends Client {
  /** One statement on any connection, as no tenant: row-level security shows it no tenant's rows. */
  query: Client['query'];
  /**
   * Runs `fn` in a transaction: committed when it resolves, rolled back when it rejects.
   * Rejects as well where the server answered the commit with a rollback (a failed statement was swallowed).
   */
  tx: <T>(fn: (client: Transaction) => Promise<T>, options?: { tenant?: string }) => Promise<T>;
  /**
   * Runs `fn` on one connection as a tenant: policies see it as `current_setting('throughline.tenant', true)`.
   * The client is good until `fn` settles and refuses statements after that. A transaction left open is an error.
   */
  asTenant: <T>(tenant: string, fn: (client: Client) => Promise<T>) => Promise<T>;
  /**
   * Runs `fn` on a connection of its own outside the pool, ended afterwards: for COPY, LISTEN and session locks,
   * whose traces must not reach the next borrower. As no tenant.
   */
  session: <T>(fn: (client: pg.Client) => Promise<T>) => Promise<T>;
  /** Waits for borrowed connections to come back, then ends all. */
  close: () => Promise<void>;
}

/** Where and as whom to connect. */
export interface ConnectOptions {
  /** `postgres://user:password@host:port/database` */
  url: string;
  /** Acts as this role after the login; the login role must be a member of it. */
  role?: string;
  /** Most connections at once; 10 where not given. */
  max?: number;
  /** The name by which `pg_stat_activity` shows these connections. */
  application: string;
}

/** The pool answered with a mistake of the caller: a transaction left open, a lost commit, a client used too late. */
export class ClientMisuse extends Error {
  override name = 'ClientMisuse';
}

const NO_TENANT = '';
const CONNECTS_WITHIN = 30_000;
const setTenant = (tenant: string): pg.QueryConfig => ({
  name: 'throughline.tenant',
  text: `select set_config('throughline.tenant', $1, false)`,
  values: [tenant],
});

/**
 * Opens a pool; connections are made when first needed. Sessions are in UTC. Columns arrive as: `int8` bigint,
 * `timestamptz` RFC 3339 text in UTC with microseconds, `json` and `jsonb` their raw text, `date` and `timestamp`
 * PostgreSQL's text, `numeric` text, `bytea` a Buffer. Who gets no connection within 30 s is rejected.
 */
export function connect({ url, role, max = 10, application }: ConnectOptions): Database {
  const config = configOf(url, role, application);
  const pool = new pg.Pool({ ...config, max });
  // A broken idle connection is replaced by the next borrower; unheard, its error would end the process.
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  const borrow = borrowFrom(pool);

  return {
    query: (query, values) => borrow(NO_TENANT, (client) => client.query(query, values)),
    tx: async (fn, { tenant } = {}) =>
      borrow(tenant === undefined ? NO_TENANT : named(tenant), (client) => inTransaction(client, fn)),
    asTenant: async (tenant, fn) => borrow(named(tenant), fn),
    session: (fn) => ownSession(config, fn),
    close: () => pool.end(),
  };
}

function configOf(url: string, role: string | undefined, application: string): pg.ClientConfig {
  const at = new URL(url);
  const options = [at.searchParams.get('options'), '-c TimeZone=UTC -c DateStyle=ISO', role && `-c role=${role}`];
  at.searchParams.delete('options');
  return {
    connectionString: at.href,
    options: options.filter(Boolean).join(' '),
    application_name: application,
    types,
    keepAlive: true,
    connectionTimeoutMillis: CONNECTS_WITHIN,
  };
}

function named(tenant: string): string {
  if (tenant === NO_TENANT) throw new ClientMisuse('A tenant has a name');
  return tenant;
}

type Borrow = <T>(tenant: string, fn: (client: Transaction) => Promise<T>) => Promise<T>;

function borrowFrom(pool: pg.Pool): Borrow {
  const tenants = new WeakMap<pg.ClientBase, string>();

  return async (tenant, fn) => {
    const held = await pool.connect();
    const lease = leaseOf(held);
    let usable = false;
    try {
      if ((tenants.get(held) ?? NO_TENANT) !== tenant) {
        await held.query(setTenant(tenant));
        tenants.set(held, tenant);
      }
      usable = true;
      const result = await fn(lease.client);
      if (inDoubt(held)) throw new ClientMisuse('A transaction was left open; it is rolled back');
      return result;
    } catch (error) {
      usable &&= !isFatal(error);
      throw error;
    } finally {
      lease.end();
      held.release(!usable || inDoubt(held));
    }
  };
}

/** The server ends the connection after such an error; we hear of the end only a moment later. */
const isFatal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.severity === 'FATAL' || error.severity === 'PANIC');

const inDoubt = (client: pg.PoolClient): boolean => client.getTransactionStatus() !== 'I';

/** A client that stops working when its borrower is done, so that nobody runs statements as the next one's tenant. */
function leaseOf(held: pg.PoolClient): { client: Transaction; end: () => void } {
  let ended = false;
  const borrowed = (): pg.PoolClient => {
    if (ended) throw new ClientMisuse('The connection was given back');
    return held;
  };
  const query = async (statement: string | Query, values?: unknown[]) => borrowed().query(statement as string, values);
  const copy = async (into: string, rows: string) => copyInto(borrowed(), into, rows);
  return { client: { query: query as Client['query'], copy }, end: () => void (ended = true) };
}

async function inTransaction<T>(client: Transaction, fn: (client: Transaction) => Promise<T>): Promise<T> {
  await client.query('begin');
  let result: T;
  try {
    result = await fn(client);
  } catch (error) {
    await client.query('rollback').catch(ignore);
    throw error;
  }
  const { command } = await client.query('commit');
  if (command !== 'COMMIT') throw new ClientMisuse('A statement of the transaction failed; it is rolled back');
  return result;
}

async function ownSession<T>(config: pg.ClientConfig, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  client.on('error', ignore);
  await client.connect();
  try {
    return await fn(client);
  } finally {
    await client.end();
  }
}

function ignore(): void {}
