import { randomBytes } from 'node:crypto';
import type { EventName } from '@throughline/contracts';
import {
  type Batch,
  CheckpointMoved,
  type Consumer,
  park,
  type Partition,
  postgresParked,
  unpark,
} from '@throughline/feed';
import type { Position, StoredEvent } from '@throughline/ledger';
import type { Client, Database } from '@throughline/postgres';
import { checksumOf } from './checksum.ts';
import { type Effect, effectsOf } from './effect.ts';
import { heardOf } from './heard.ts';
import { register } from './known.ts';
import type { Projector } from './projector.ts';
import { type Statement, statementOf } from './statement.ts';
import type { Change, Shape } from './table.ts';

/** A projector at work: a consumer whose rows and checkpoint commit in one statement. */
export interface Projection extends Consumer {
  readonly projection: string;
  readonly version: number;
  /** Which version its tables hold, as {@link position} found it last; at work is only the one that is live. */
  liveVersion(): number;
  isActive(): boolean;
  /**
   * A digest of the rows of all its tables (of one tenant's, where given): equal ledgers give equal ones, whatever the
   * batches, workers and rebuilds. Reads every row.
   */
  checksum(tenant?: string): Promise<string>;
}

/** What a projection works with: a pool of the projector role. */
export type ProjectionDeps = { readonly db: Pick<Database, 'query' | 'tx'> };

/**
 * Puts a projector to work; feed it by `feed.follow(projection(…))`.
 *
 * Every commit gives the checkpoint another turn, and a batch commits only on the turn that was read before it was prepared.
 * So whatever `prepare` read of this projection's rows is still true when the batch commits, though no lock is held in
 * between: whoever changed a row has taken the turn. A process that lost its place learns it by {@link CheckpointMoved}
 * and has changed nothing.
 *
 * Where the tables hold another version's rows it has no work: its position is that of the rows.
 */
export const projection = <Name extends EventName, Context>(
  projector: Projector<Name, Context>,
  { db }: ProjectionDeps,
): Projection => {
  const { name: projection, version, tables } = projector;
  const name = `${projection}@${version}`;
  const places = new Map<Partition, Place>();
  let isKnown = false;
  let live = version;

  const commit = async (client: Client, batch: Batch, statement: Statement) => {
    const { rows } = await client.query<{ moved: boolean }>(statement);
    if (!rows[0]!.moved) throw new CheckpointMoved(name, batch.partition, batch.after);
  };

  return {
    name,
    projection,
    version,
    parked: postgresParked(db),
    liveVersion: () => live,
    isActive: () => live === version,
    checksum: (tenant) => checksumOf(db, tables, tenant),

    position: async (partition) => {
      if (!isKnown) await register(db, { projection, version, tables });
      isKnown = true;
      const place = await placeOf(db, { projection, version, partition });
      live = place.live;
      if (live === version) places.set(partition, place);
      else places.delete(partition);
      return place.position;
    },

    apply: async (batch) => {
      const place = places.get(batch.partition);
      if (place?.position !== batch.after) throw new CheckpointMoved(name, batch.partition, batch.after);
      const effects = await effectsOfBatch(projector, batch.events, db);
      const next = nextTurn();
      const move = { projection, version, partition: batch.partition, turn: place.turn, to: batch.to, next };
      const statement = statementOf(move, effects);
      if (batch.park.length === 0 && batch.unpark.length === 0) await commit(db, batch, statement);
      else
        await db.tx(async (client) => {
          await commit(client, batch, statement);
          await park(client, { consumer: name, partition: batch.partition }, batch.park);
          await unpark(client, { consumer: name, partition: batch.partition }, batch.unpark);
        });
      places.set(batch.partition, { ...place, position: batch.to, turn: next });
    },
  };
};

// Never one that was there before: a crash of the server may take commits away, and whoever made them must not take a
// later one for theirs.
const nextTurn = (): bigint => randomBytes(8).readBigInt64BE();

type Place = { readonly position: Position; readonly turn: bigint; readonly live: number };
type Key = { readonly projection: string; readonly version: number; readonly partition: Partition };

async function placeOf(db: Client, { projection, version, partition }: Key): Promise<Place> {
  const { rows } = await db.query<Place>(
    `with first as (
       insert into read_model.live values ($1, $2) on conflict do nothing returning version
     ), live as (
       select version from first union all select version from read_model.live where projection = $1
     ), fresh as (
       insert into read_model.checkpoint select $1, version, $3, 0, 0, now() from live where version = $2
       on conflict do nothing
     )
     select position, turn, version as live from live join read_model.checkpoint using (version)
     where projection = $1 and partition = $3`,
    [projection, version, partition],
  );
  return rows[0] ?? { position: 0n, turn: 0n, live: version };
}

async function effectsOfBatch<Name extends EventName, Context>(
  projector: Projector<Name, Context>,
  events: readonly StoredEvent[],
  db: Client,
): Promise<readonly (readonly [Shape, readonly Effect[]])[]> {
  const heard = heardOf(projector, events);
  if (heard.length === 0) return [];
  const context = (await projector.prepare?.(heard, db, true)) as Context;
  const changes = Map.groupBy(projector.project(heard, context), ({ table }: Change) => table);
  const shapes = projector.tables.filter(({ name }) => changes.has(name));
  if (shapes.length < changes.size) throw new TypeError(`${projector.name} changes a table that it does not declare`);
  return shapes.map((shape) => [shape, effectsOf(shape, changes.get(shape.name)!)]);
}
