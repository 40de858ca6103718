import type { Position } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { WrongTopic } from '../kafka/driver.ts';
import { Fenced } from './fenced.ts';
import type { Begun } from './past.ts';

/** How far the ledger is relayed. */
export type Place = {
  /** Everything up to here is in the topic. */
  readonly relayed: Position;
  /** The position of the last record of each partition; 0n where there is none. */
  readonly tails: readonly Position[];
  /** The event at `relayed` ({@link markOf}); undefined where there is none, and where a relay older than marks noted it. */
  readonly mark: string | undefined;
  /** The forks that the topic has events of, in order; empty where there is no mark. */
  readonly forks: readonly Begun[];
};

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
    const { rows } = await db.query<Row>(
      'update feed.relay set term = $2 where topic = $1 and term <= $2 returning relayed, tails, mark, forks',
      [topic.name, term],
    );
    if (!rows[0]) throw new Fenced(`a relay of a term after ${term} is at work`);
    return placeOf(rows[0]);
  },

  move: async (from, { relayed, tails, mark, forks }, term) => {
    const { rowCount } = await db.query({
      name: 'throughline.relay.move',
      text: `update feed.relay set relayed = $4, tails = $5, mark = $6, forks = $7
        where topic = $1 and term = $2 and relayed = $3`,
      values: [topic.name, term, from, relayed, tails, mark ?? null, forks.map(textOf)],
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

type Row = {
  readonly relayed: Position;
  readonly tails: readonly Position[];
  readonly mark: string | null;
  readonly forks: readonly string[];
};

const textOf = ({ after, fork }: Begun): string => `${after} ${fork}`;

const begunIn = (text: string): Begun => {
  const [after, fork] = text.split(' ') as [string, string];
  return { after: BigInt(after), fork };
};

const placeOf = ({ relayed, tails, mark, forks }: Row): Place =>
  mark?.startsWith(`${relayed} `)
    ? { relayed, tails, mark, forks: forks.map(begunIn) }
    : { relayed, tails, mark: undefined, forks: [] };
