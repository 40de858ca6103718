import { createHash, randomBytes } from 'node:crypto';
import type { EventName } from '@throughline/contracts';
import { type Batch, wholeLedger } from '@throughline/feed';
import type { Position, StoredEvent } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { committing, type CommittingDeps } from '../committing.ts';
import type { Projection } from '../projection.ts';
import type { Projector } from '../projector.ts';
import { nameBeside } from './beside.ts';

/** Most workers that a rebuild can have: each has a connection of its own. */
export const mostWorkers = 32;

/** One worker's share of the ledger: some of the tenants, and how far their rows have come. */
type Share = { readonly partition: string; readonly position: Position; readonly turn: bigint };

/** Makes so many shares of what is to be made from the ledger's beginning on, and none where one worker does it all. */
export const makeShares = async (client: Client, projection: string, version: number, workers: number) => {
  await dropShares(client, projection);
  if (workers > 1)
    await client.query(
      `insert into read_model.checkpoint
       select $1, $2, 'share ' || nth, 0, $4, now() from generate_series(1, $3) as nth`,
      // No turn that was there before: who worked on what was dropped cannot commit here.
      [nameBeside(projection), version, workers, randomBytes(8).readBigInt64BE()],
    );
};

/** From now on all is worked on at once again. To be called where every share has come equally far. */
export const dropShares = (client: Client, projection: string) =>
  client.query('select read_model.drop_shares($1)', [projection]);

const sharesOf = async (db: Client, { projection, version }: Projection): Promise<Share[]> => {
  const { rows } = await db.query<Share>(
    `select partition, position, turn from read_model.checkpoint
     where projection = $1 and version = $2 and partition <> $3 order by length(partition), partition`,
    [projection, version, wholeLedger],
  );
  return rows;
};

/** Which of so many shares a tenant's events belong to; the same for ever. */
const shareOf = (tenant: string, count: number): number =>
  createHash('sha256').update(tenant).digest().readUInt32BE() % count;

/**
 * A projection whose tenants are worked on apart, as far as there are shares: rows of one tenant depend on no other's events.
 * Every share has a checkpoint of its own that commits with its rows; that of the whole follows when all are done with a
 * batch, so that it never says too much. After a crash those that are ahead leave out what they have.
 */
export const apart = <Name extends EventName, Context>(
  projector: Projector<Name, Context>,
  whole: Projection,
  deps: CommittingDeps,
): Projection => {
  const commit = committing(projector, deps);
  let shares: Share[] = [];

  const take = async (nth: number, batch: Batch): Promise<void> => {
    const share = shares[nth]!;
    const theirs = partOf(batch, share, ({ tenant }) => shareOf(tenant, shares.length) === nth);
    if (theirs) shares[nth] = { ...share, position: theirs.to, turn: await commit(theirs, share) };
  };

  return {
    ...whole,
    position: async (partition) => {
      const position = await whole.position(partition);
      shares = await sharesOf(deps.db, whole);
      return position;
    },
    apply: async (batch) => {
      if (shares.length === 0) return whole.apply(batch);
      // All have ended before one's failure is told: nobody works on behind it.
      const ended = await Promise.allSettled(shares.map((_, nth) => take(nth, batch)));
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
      await whole.apply({ ...batch, events: [], park: [], unpark: [] });
    },
  };
};

/** What a share has to do for a batch; nothing where none of it is its own, or all of it is done. */
function partOf(batch: Batch, { position }: Share, isTheirs: (event: StoredEvent) => boolean): Batch | undefined {
  const returns = batch.unpark.length > 0;
  const isNext = (event: StoredEvent) => isTheirs(event) && (returns || event.position > position);
  const events = batch.events.filter(isNext);
  const park = batch.park.filter(({ event }) => isNext(event));
  if (events.length === 0 && park.length === 0) return undefined;
  const to = batch.to > position ? batch.to : position;
  return { ...batch, after: position, to, events, park, unpark: batch.unpark.filter(isTheirs) };
}
