import type { EventName } from '@throughline/contracts';
import { CheckpointMoved, type Consumer, type Partition, postgresParked } from '@throughline/feed';
import type { Position } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { checksumOf } from './checksum.ts';
import { committing, type CommittingDeps } from './committing.ts';
import { register } from './known.ts';
import type { Projector } from './projector.ts';

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
export type ProjectionDeps = CommittingDeps;

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
  deps: ProjectionDeps,
): Projection => {
  const { db } = deps;
  const { name: projection, version, tables } = projector;
  const name = `${projection}@${version}`;
  const places = new Map<Partition, Place>();
  let isKnown = false;
  let live = version;

  const commit = committing(projector, deps);

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

    ground: (partition) => places.get(partition)?.ground ?? undefined,

    apply: async (batch) => {
      const place = places.get(batch.partition);
      if (place?.position !== batch.after) throw new CheckpointMoved(name, batch.partition, batch.after);
      const turn = await commit(batch, { partition: batch.partition, turn: place.turn });
      places.set(batch.partition, { ...place, position: batch.to, turn });
    },
  };
};

type Place = {
  readonly position: Position;
  readonly turn: bigint;
  readonly live: number;
  readonly ground: string | null;
};
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
     select position, turn, version as live, ground from live join read_model.checkpoint using (version)
     where projection = $1 and partition = $3`,
    [projection, version, partition],
  );
  return rows[0] ?? { position: 0n, turn: 0n, live: version, ground: null };
}
