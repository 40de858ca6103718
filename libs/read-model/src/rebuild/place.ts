import { wholeLedger } from '@throughline/feed';
import type { Position } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { dropShares, makeShares } from './apart.ts';
import { besideOf, nameBeside } from './beside.ts';
import { notCaughtUp, RebuildRefused } from './refused.ts';

/** Which projection, the version that this build makes, and the tables that it writes. */
export type Place = { readonly name: string; readonly version: number; readonly tables: readonly string[] };

/** What the database knows of what stands beside a projection. */
export type Standing = {
  readonly is: 'next' | 'previous';
  readonly version: number;
  /** It goes live by itself once it has caught up. */
  readonly byItself: boolean;
  readonly since: string;
  /** When it was made: what is made anew is another one. */
  readonly began: string;
  readonly position: Position;
};

export const standing = async (db: Client, { name }: Pick<Place, 'name'>): Promise<Standing | undefined> => {
  const { rows } = await db.query<Standing>(
    `select r.version, r.by_itself as "byItself", r.began_at as began, coalesce(r.swapped_at, r.began_at) as since,
       c.position, case when r.swapped_at is null then 'next' else 'previous' end as is
     from read_model.rebuild r join read_model.checkpoint c on c.projection = $2 and c.version = r.version
     where r.projection = $1 and c.partition = $3`,
    [name, nameBeside(name), wholeLedger],
  );
  return rows[0];
};

/** Which version is live; undefined where none ever was. */
export const liveVersion = async (db: Client, { name }: Pick<Place, 'name'>): Promise<number | undefined> => {
  const { rows } = await db.query<{ version: number }>('select version from read_model.live where projection = $1', [
    name,
  ]);
  return rows[0]?.version;
};

const setLive = (client: Client, projection: string, version: number) =>
  client.query(
    `insert into read_model.live values ($1, $2) on conflict (projection) do update set version = excluded.version`,
    [projection, version],
  );

/** Where a checkpoint is, and what is kept of the event there. */
type Stand = { readonly position: Position; readonly ground: string | null };

/** Moves a checkpoint. Its turns never begin again: whoever worked on what was there before cannot commit. */
const setCheckpoint = (client: Client, projection: string, version: number, { position, ground }: Stand) =>
  client.query(
    `insert into read_model.checkpoint values ($1, $2, $3, $4, 0, now(), $5) on conflict (projection, version, partition)
     do update set position = excluded.position, ground = excluded.ground, turn = checkpoint.turn + 1, moved_at = now()`,
    [projection, version, wholeLedger, position, ground],
  );

/** Whoever worked on what stood beside before cannot commit, whichever version's rows those were: its tables have the same names. */
const turnBeside = (client: Client, name: string) =>
  client.query('update read_model.checkpoint set turn = turn + 1 where projection = $1', [nameBeside(name)]);

const lockRebuild = (client: Client, name: string) =>
  client.query(`select pg_advisory_xact_lock(hashtext('throughline rebuild'), hashtext($1))`, [name]);

// What stands beside is in schemas of its own, which whoever is first makes for all.
const lockSchemas = (client: Client) => client.query(`select pg_advisory_xact_lock(hashtext('throughline beside'))`);

/** How a rebuild begins: whether it goes live by itself, and how many workers make its rows. */
export type Beginning = { readonly byItself: boolean; readonly workers: number };

/**
 * Makes empty tables with a checkpoint at the beginning; does nothing where they are being filled already for this
 * version or a newer one.
 */
export const prepare = async (client: Client, place: Place, { byItself, workers }: Beginning): Promise<void> => {
  const { name, version, tables } = place;
  await lockRebuild(client, name);
  const stands = await standing(client, place);
  if (stands?.is === 'next' && stands.version >= version) return;
  await lockSchemas(client);
  await client.query('select read_model.make_beside($1)', [tables]);
  await turnBeside(client, name);
  await setCheckpoint(client, nameBeside(name), version, { position: 0n, ground: null });
  await makeShares(client, name, version, workers);
  await setLive(client, nameBeside(name), version);
  await forgetParked(client, name);
  await client.query(
    `insert into read_model.rebuild values ($1, $2, clock_timestamp(), null, $3) on conflict (projection)
     do update set version = excluded.version, began_at = excluded.began_at, swapped_at = null, by_itself = excluded.by_itself`,
    [name, version, byItself],
  );
};

/** Drops what stands beside. Answers whether there was something. */
export const drop = async (client: Client, place: Place): Promise<boolean> => {
  await client.query('select read_model.drop_beside($1)', [place.tables]);
  await turnBeside(client, place.name);
  await dropShares(client, place.name);
  await forgetParked(client, place.name);
  const { rowCount } = await client.query('delete from read_model.rebuild where projection = $1', [place.name]);
  return rowCount === 1;
};

const forgetParked = (client: Client, name: string) =>
  client.query('delete from feed.parked where starts_with(consumer, $1)', [`${nameBeside(name)}@`]);

/** What is live, as long as it is held. */
export type Held = Stand & { readonly version: number };

/** The same, and whether it is further than the ledger: what it holds is of a future that was given up. */
export type Met = Held & { readonly isBeyond: boolean };

/** Keeps the live rows as they are until the transaction ends. Readers go on. */
export const hold = async (client: Client, { name, tables }: Place): Promise<Held> => {
  // In the order in which batches take them.
  if (tables.length > 0) await client.query(`lock table ${tables.join(', ')} in exclusive mode`);
  const { rows } = await client.query<Held>(
    `select version, position, ground from read_model.live join read_model.checkpoint using (projection, version)
     where projection = $1 and partition = $2 for update`,
    [name, wholeLedger],
  );
  if (!rows[0]) throw notCaughtUp(name);
  return rows[0];
};

const noSuch = {
  next: (name: string) => `What stands beside ${name} was live before: roll back to it, or rebuild.`,
  previous: (name: string) => `What stands beside ${name} was never live: there is nothing to roll back to.`,
} as const satisfies Record<Standing['is'], (name: string) => string>;

/**
 * The live tables, which are held, and those beside them, which are at the same position, change places, with their
 * checkpoints and with what is parked. What is further than the ledger is dropped then: nobody is to go back to it.
 */
export const exchange = async (client: Client, place: Place, is: Standing['is'], live: Met): Promise<void> => {
  const { name, tables } = place;
  const { rows } = await client.query<{ version: number }>(
    `select version from read_model.rebuild where projection = $1 and (swapped_at is not null) = $2 for update`,
    [name, is === 'previous'],
  );
  if (!rows[0]) throw new RebuildRefused('NothingBeside', noSuch[is](name));
  const { version } = rows[0];
  await client.query(`lock table ${[...tables.map(besideOf), ...tables].join(', ')} in access exclusive mode`);
  await exchangeCheckpoints(client, name, live, version);
  await dropShares(client, name);
  await client.query(
    `update read_model.rebuild set version = $2, by_itself = false, swapped_at = case when swapped_at is null then now() end
     where projection = $1`,
    [name, live.version],
  );
  await exchangeParked(client, name, live.version, version);
  await client.query('select read_model.exchange($1)', [tables]);
  if (live.isBeyond) await drop(client, place);
};

/** Both are at one position, unless the live one is further than the ledger. Whoever prepared a batch on the rows as they were cannot commit it. */
async function exchangeCheckpoints(client: Client, name: string, live: Met, beside: number): Promise<void> {
  const turned = await client.query<Stand & { projection: string }>(
    `update read_model.checkpoint set turn = turn + 1, moved_at = now()
     where (projection, version) in (($1, $2), ($3, $4)) and partition = $5 and (position = $6 or $7)
     returning projection, position, ground`,
    [name, live.version, nameBeside(name), beside, wholeLedger, live.position, live.isBeyond],
  );
  if (turned.rowCount !== 2) throw notCaughtUp(name);
  const stood = turned.rows.find(({ projection }) => projection === nameBeside(name))!;
  await setCheckpoint(client, name, beside, stood);
  await setCheckpoint(client, nameBeside(name), live.version, live);
  await setLive(client, name, beside);
  await setLive(client, nameBeside(name), live.version);
}

const moveParked = (client: Client, from: string, to: string) =>
  client.query('update feed.parked set consumer = $2 where consumer = $1', [from, to]);

async function exchangeParked(client: Client, name: string, live: number, beside: number): Promise<void> {
  const between = `${nameBeside(name)}.between`;
  await moveParked(client, `${name}@${live}`, between);
  await moveParked(client, `${nameBeside(name)}@${beside}`, `${name}@${beside}`);
  await moveParked(client, between, `${nameBeside(name)}@${live}`);
}

/** A projection without rows is live in its new version from where the one before it was: nothing has to be made. */
export const adopt = async (client: Client, place: Place): Promise<void> => {
  const { name, version } = place;
  await lockRebuild(client, name);
  const live = await hold(client, place);
  if (live.version >= version) return;
  await setCheckpoint(client, name, live.version, live);
  await setCheckpoint(client, name, version, live);
  await setLive(client, name, version);
  await moveParked(client, `${name}@${live.version}`, `${name}@${version}`);
};
