import { randomBytes } from 'node:crypto';
import type { EventName } from '@throughline/contracts';
import { type Batch, CheckpointMoved, park, type Partition, unpark } from '@throughline/feed';
import type { StoredEvent } from '@throughline/ledger';
import type { Client, Database } from '@throughline/postgres';
import { copyNew, partedByPresence } from './copy.ts';
import { type Effects, effectsOf } from './effect.ts';
import { heardOf } from './heard.ts';
import type { Projector } from './projector.ts';
import { statementOf } from './statement.ts';
import type { Change } from './table.ts';

/** A checkpoint as it was found: which one, and its turn. */
export type Turn = { readonly partition: Partition; readonly turn: bigint };

/** How a projector's batches are committed. */
export type CommittingDeps = {
  readonly db: Pick<Database, 'query' | 'tx'>;
  /** Whether rows that are not there yet come by COPY, where a batch is large: for tables that are being filled. */
  readonly copies?: boolean;
};

/** From so many events on, COPY and looking for what is there cost less than one statement. */
const many = 100;

/**
 * Commits batches of a projector, each whole: its rows, what is parked of it, and the checkpoint, if that is at its turn
 * still; else {@link CheckpointMoved}. Answers the turn that is next.
 */
export const committing = <Name extends EventName, Context>(
  projector: Projector<Name, Context>,
  { db, copies = false }: CommittingDeps,
) => {
  const { name: projection, version } = projector;
  const consumer = `${projection}@${version}`;

  return async (batch: Batch, { partition, turn }: Turn): Promise<bigint> => {
    const { to, events, ground } = batch;
    const effects = await effectsOfBatch(projector, events, db);
    const next = nextTurn();
    const write = async (client: Client, written: Effects) => {
      const statement = statementOf({ projection, version, partition, turn, to, next, ground }, written);
      const { rows } = await client.query<{ moved: boolean }>(statement);
      if (!rows[0]!.moved) throw new CheckpointMoved(consumer, partition, batch.after);
    };
    const isCopied = copies && events.length >= many;
    if (!isCopied && batch.park.length === 0 && batch.unpark.length === 0) await write(db, effects);
    else
      await db.tx(async (client) => {
        const { rest, news } = isCopied ? await partedByPresence(client, effects) : { rest: effects, news: [] };
        await write(client, rest);
        await copyNew(client, news);
        await park(client, { consumer, partition: batch.partition }, batch.park);
        await unpark(client, { consumer, partition: batch.partition }, batch.unpark);
      });
    return next;
  };
};

// Never one that was there before: a crash of the server may take commits away, and whoever made them must not take a
// later one for theirs.
const nextTurn = (): bigint => randomBytes(8).readBigInt64BE();

async function effectsOfBatch<Name extends EventName, Context>(
  projector: Projector<Name, Context>,
  events: readonly StoredEvent[],
  db: Client,
): Promise<Effects> {
  const heard = heardOf(projector, events);
  if (heard.length === 0) return [];
  const context = (await projector.prepare?.(heard, db, true)) as Context;
  const changes = Map.groupBy(projector.project(heard, context), ({ table }: Change) => table);
  const shapes = projector.tables.filter(({ name }) => changes.has(name));
  if (shapes.length < changes.size) throw new TypeError(`${projector.name} changes a table that it does not declare`);
  return shapes.map((shape) => [shape, effectsOf(shape, changes.get(shape.name)!)]);
}
