import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import type { Supply } from './events.ts';

/** Stores one event, or one batch, a call; answers how many. */
export type Rival = () => Promise<number>;

const columns = 'tenant, stream, stream_version, event_id, type, occurred_at, fingerprint, data, meta';

/** The ledger's columns and indexes in a table of its own, without its order, checks and chain. */
const bareTable = (name: string): string => `
  create schema if not exists rival;
  create table ${name} (
    position bigint generated always as identity primary key,
    tenant text collate "C" not null,
    stream text collate "C" not null,
    stream_version bigint not null,
    event_id uuid not null,
    type text collate "C" not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    fingerprint bytea not null,
    data json not null,
    meta json not null
  );
  create unique index on ${name} (tenant, stream, stream_version);
  create unique index on ${name} (event_id);`;

/** The connections of all rivals, who never run at the same time; made now and kept. */
export const openPool = async (url: string, connections: number): Promise<pg.Pool> => {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    idleTimeoutMillis: 0,
    application_name: 'rival',
  });
  await Promise.all(Array.from({ length: connections }, () => pool.query('select pg_sleep(0.1)')));
  return pool;
};

/** A prepared one-row INSERT for each caller. */
export const insert = async (pool: pg.Pool, next: Supply['stored']): Promise<Rival> => {
  const name = 'rival.one';
  await pool.query(bareTable(name));
  const text = `insert into ${name} (${columns}) values ('bench', $1, $2, $3, $4, $5, decode($6, 'hex'), $7, $8)`;
  return async () => {
    const { stream, version, id, type, occurredAt, fingerprint, data, meta } = next();
    const values = [stream, version, id, type, occurredAt, fingerprint, data, meta];
    const { rowCount } = await pool.query({ name: 'insert', text, values });
    return rowCount!;
  };
};

/** One statement for many rows, which come as the ledger's do: a text a column, cut by the server. */
export const unnest = async (pool: pg.Pool, size: number, next: Supply['stored']): Promise<Rival> => {
  const name = 'rival.batch';
  await pool.query(bareTable(name));
  const list = (at: number) => `string_to_array($${at}, e'\\x1e')`;
  const text = `insert into ${name} (${columns})
    select 'bench', s, v::bigint, i::uuid, t, o::timestamptz, decode(f, 'hex'), d::json, m::json
    from unnest(${[1, 2, 3, 4, 5, 6, 7, 8].map(list).join(', ')}) as u (s, v, i, t, o, f, d, m)`;
  const joined = (items: readonly (string | number)[]) => items.join('\u001e');
  return async () => {
    const events = Array.from({ length: size }, () => next());
    const values = [
      joined(events.map(({ stream }) => stream)),
      joined(events.map(({ version }) => version)),
      joined(events.map(({ id }) => id)),
      joined(events.map(({ type }) => type)),
      joined(events.map(({ occurredAt }) => occurredAt)),
      joined(events.map(({ fingerprint }) => fingerprint)),
      joined(events.map(({ data }) => data)),
      joined(events.map(({ meta }) => meta)),
    ];
    const { rowCount } = await pool.query({ name: 'unnest', text, values });
    return rowCount!;
  };
};

/** Its own client and its own schema, one event a call to a stream of its own. */
export const emmett = async (url: string, pool: pg.Pool, next: Supply['stored']): Promise<Rival> => {
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool, pooled: true } });
  await store.schema.migrate();
  return async () => {
    const { stream, type, parsed } = next();
    const { createdNewStream } = await store.appendToStream(stream, [
      { type, data: parsed.data, metadata: parsed.meta },
    ]);
    return createdNewStream === undefined ? 0 : 1;
  };
};

/** What makes the chain, in the ledger's function: the leaves of a flush, and the batch's hash over them. */
const chaining = /select string_agg\(ledger\.leaf[^;]*;\s*v_batch\.hash := ledger\.link\([^;]*;/;

/** Does something while the ledger makes no chain, and lets it make one again: what comes of it verifies no more. */
export const unchained = async <T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> => {
  const { rows } = await pool.query<{ made: string }>(`select pg_get_functiondef('ledger.append'::regproc) as made`);
  const { made } = rows[0]!;
  if (!chaining.test(made)) throw new Error('the chain is made elsewhere by now');
  await pool.query(made.replace(chaining, 'v_batch.hash := v_batch.prev_hash;'));
  try {
    return await work();
  } finally {
    await pool.query(made);
  }
};
