import type { Position } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { WrongTopic } from '../kafka/driver.ts';

/** How far the ledger is relayed. */
export type Place = {
  /** Everything up to here is in the topic. */
  readonly relayed: Position;
  /** The position of the last record of each partition; 0n where there is none. */
  readonly tails: readonly Position[];
};

/** What this one does no longer counts: a relay of a later term is at work, or the ledger was restored. It begins anew. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** Where the relay of one topic stands: a row of `feed.relay` (projector role). */
export type Places = {
  /** Notes the topic with its number of partitions. Throws {@link WrongTopic} where it is noted with another. */
  open(): Promise<void>;
  /** Begins a term: whatever an earlier one wants to note from now on is refused. Throws {@link Fenced}. */
  begin(term: number): Promise<Place>;
  /** Moves on from `from`, if the term is still the last and nobody else moved. Throws {@link Fenced}. */
  move(from: Position, to: Place, term: number): Promise<void>;
  relayed(): Promise<Position>;
  /** How long ago an instant is by the server's clock, in seconds; 0 for one to come. */
  secondsSince(instant: string): Promise<number>;
};

/** The place of the relay that writes to `topic`. */
export const postgresPlaces = (db: Client, topic: { readonly name: string; readonly partitions: number }): Places => ({
  open: async () => {
    await db.query(
      `insert into feed.relay (topic, partitions, tails) values ($1, $2, array_fill(0::bigint, array[$2::integer]))
        on conflict do nothing`,
      [topic.name, topic.partitions],
    );
    const { rows } = await db.query<{ partitions: number }>('select partitions from feed.relay where topic = $1', [topic.name]); // prettier-ignore
    const noted = rows[0]!.partitions;
    if (noted !== topic.partitions)
      throw new WrongTopic(
        `The topic ${topic.name} was begun with ${noted} partitions and cannot go on with ${topic.partitions}: ` +
          'the number decides in which one a stream lies. Another number needs another topic.',
      );
  },

  begin: async (term) => {
    const { rows } = await db.query<{ relayed: Position; tails: Position[] }>(
      'update feed.relay set term = $2 where topic = $1 and term <= $2 returning relayed, tails',
      [topic.name, term],
    );
    if (!rows[0]) throw new Fenced(`a relay of a term after ${term} is at work`);
    return rows[0];
  },

  move: async (from, { relayed, tails }, term) => {
    const { rowCount } = await db.query({
      name: 'throughline.relay.move',
      text: 'update feed.relay set relayed = $4, tails = $5 where topic = $1 and term = $2 and relayed = $3',
      values: [topic.name, term, from, relayed, tails],
    });
    if (rowCount !== 1) throw new Fenced(`another relay than that of term ${term} is at work`);
  },

  relayed: async () => {
    const { rows } = await db.query<{ relayed: Position }>('select relayed from feed.relay where topic = $1', [topic.name]); // prettier-ignore
    return rows[0]?.relayed ?? 0n;
  },

  secondsSince: async (instant) => {
    const { rows } = await db.query<{ seconds: number }>(
      'select greatest(0, extract(epoch from clock_timestamp() - $1::timestamptz))::float8 as seconds',
      [instant],
    );
    return rows[0]!.seconds;
  },
});
