import { wholeLedger } from '@throughline/feed';
import type { Position } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { besideOf, nameBeside } from './beside.ts';
import { notCaughtUp, RebuildRefused } from './refused.ts';

/** Which projection, and the tables that it writes. */
export type Place = { readonly name: string; readonly version: number; readonly tables: readonly string[] };

/** What the database knows of what stands beside a projection. */
export type Standing = {
  readonly is: 'next' | 'previous';
  readonly since: string;
  /** When it was made: what is made anew is another one. */
  readonly began: string;
  readonly position: Position;
};

export const standing = async (db: Client, { name, version }: Place): Promise<Standing | undefined> => {
  const { rows } = await db.query<Standing>(
    `select r.began_at as began, coalesce(r.swapped_at, r.began_at) as since, c.position,
       case when r.swapped_at is null then 'next' else 'previous' end as is
     from read_model.rebuild r join read_model.checkpoint c on c.projection = $2 and c.version = r.version
     where r.projection = $1 and r.version = $3 and c.partition = $4`,
    [name, nameBeside(name), version, wholeLedger],
  );
  return rows[0];
};

const consumerOf = ({ name, version }: Place): string => `${name}@${version}`;
const consumerBeside = ({ name, version }: Place): string => `${nameBeside(name)}@${version}`;

/** Makes empty tables with a checkpoint at the beginning; does nothing where they are being filled already. */
export const prepare = async (client: Client, place: Place): Promise<void> => {
  const { name, version, tables } = place;
  await client.query(`select pg_advisory_xact_lock(hashtext('throughline rebuild'), hashtext($1))`, [name]);
  if ((await standing(client, place))?.is === 'next') return;
  await client.query('select read_model.make_beside($1)', [tables]);
  // Its turns never begin again: whoever worked on what was there before cannot commit.
  await client.query(
    `insert into read_model.checkpoint values ($1, $2, $3, 0, 0, now()) on conflict (projection, version, partition)
     do update set position = 0, turn = checkpoint.turn + 1, moved_at = now()`,
    [nameBeside(name), version, wholeLedger],
  );
  await client.query('delete from feed.parked where consumer = $1', [consumerBeside(place)]);
  await client.query(
    `insert into read_model.rebuild values ($1, $2, now()) on conflict (projection)
     do update set version = excluded.version, began_at = now(), swapped_at = null`,
    [name, version],
  );
};

/** Drops what stands beside. Answers whether there was something. */
export const drop = async (client: Client, place: Place): Promise<boolean> => {
  await client.query('select read_model.drop_beside($1)', [place.tables]);
  await client.query('delete from feed.parked where consumer = $1', [consumerBeside(place)]);
  const { rowCount } = await client.query('delete from read_model.rebuild where projection = $1', [place.name]);
  return rowCount === 1;
};

/** Keeps the live rows as they are until the transaction ends, and answers at which position. Readers go on. */
export const hold = async (client: Client, { name, version, tables }: Place): Promise<Position> => {
  // In the order in which batches take them.
  await client.query(`lock table ${tables.join(', ')} in exclusive mode`);
  const { rows } = await client.query<{ position: Position }>(
    `select position from read_model.checkpoint where projection = $1 and version = $2 and partition = $3 for update`,
    [name, version, wholeLedger],
  );
  if (!rows[0]) throw notCaughtUp(name);
  return rows[0].position;
};

const noSuch = {
  next: (name: string) => `What stands beside ${name} was live before: roll back to it, or rebuild.`,
  previous: (name: string) => `What stands beside ${name} was never live: there is nothing to roll back to.`,
} as const satisfies Record<Standing['is'], (name: string) => string>;

/** The live tables, which are held at `position`, and those beside them change places, with what is parked. */
export const exchange = async (
  client: Client,
  place: Place,
  { is, position }: Pick<Standing, 'is'> & { readonly position: Position },
): Promise<void> => {
  const { name, version, tables } = place;
  const { rowCount } = await client.query(
    `update read_model.rebuild set swapped_at = case when swapped_at is null then now() end
     where projection = $1 and version = $2 and (swapped_at is not null) = $3`,
    [name, version, is === 'previous'],
  );
  if (rowCount !== 1) throw new RebuildRefused('NothingBeside', noSuch[is](name));
  await client.query(`lock table ${[...tables.map(besideOf), ...tables].join(', ')} in access exclusive mode`);
  // Whoever prepared a batch on the rows as they were cannot commit it.
  const turned = await client.query(
    `update read_model.checkpoint set turn = turn + 1, moved_at = now()
     where projection in ($1, $2) and version = $3 and partition = $4 and position = $5`,
    [name, nameBeside(name), version, wholeLedger, position],
  );
  if (turned.rowCount !== 2) throw notCaughtUp(name);
  await exchangeParked(client, consumerOf(place), consumerBeside(place));
  await client.query('select read_model.exchange($1)', [tables]);
};

async function exchangeParked(client: Client, live: string, beside: string): Promise<void> {
  const between = `${beside}.between`;
  const moves = [[live, between], [beside, live], [between, beside]]; // prettier-ignore
  for (const move of moves) await client.query('update feed.parked set consumer = $2 where consumer = $1', move);
}
