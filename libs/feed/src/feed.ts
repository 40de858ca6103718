import type { Ledger, Position } from '@throughline/ledger';
import type { Consumer } from './consumer.ts';
import { follow, type Following, type FollowOptions } from './follow.ts';
import { sharedTail } from './shared.ts';

/** How a feed stands. */
export type FeedState = {
  /** Whether what brings the events knows of this process: a member of its group; what reads the ledger itself always is. */
  readonly joined: boolean;
  /** Whether the consumers of this process do the work; where not, another process has it, and they stand by. */
  readonly active: boolean;
  /** What went wrong last, until it works again. */
  readonly lastError: Error | undefined;
  /** How often something went wrong since it began. */
  readonly retries: number;
};

/** How much is not dealt with yet. */
export type Lag = {
  readonly events: number;
  /** How long ago the oldest of it was recorded. */
  readonly seconds: number;
};

/** Brings the ledger's events to consumers, each in position order from its own checkpoint on. */
export interface Feed {
  /**
   * Feeds a consumer for as long as the process lives. Never throws and never ends by itself, whatever the consumer does.
   * A consumer may be fed by several processes, and by one feed today and another one tomorrow: the checkpoint decides.
   */
  readonly follow: (consumer: Consumer, options?: FollowOptions) => Following;
  readonly state: () => FeedState;
  /** How far a consumer that is at `position` is behind the ledger's head. Rejects where the ledger is away. */
  readonly lag: (position: Position) => Promise<Lag>;
  /** Stops what is followed after the batch at hand, and lets others have the work. To be called before the ledger is closed. */
  readonly close: () => Promise<void>;
}

/** The ledger's own tail as a feed: at the head it is read once for all who follow. */
export const ledgerFeed = (ledger: Pick<Ledger, 'abilities' | 'tail' | 'watch' | 'head'>): Feed => {
  const followings = new Set<Following>();
  const { tail, forget } = sharedTail(ledger.tail);
  const source = { ...ledger, tail, kept: { ledger, forget } };
  return {
    follow: (consumer, options) => {
      const following = follow(source, consumer, options);
      followings.add(following);
      return following;
    },
    state: () => ({ joined: true, active: true, lastError: undefined, retries: 0 }),
    lag: (position) => lagOf(ledger, position),
    close: async () => void (await Promise.all([...followings].map((one) => one.stop()))),
  };
};

/** How far a position is behind the head. */
export const lagOf = async (ledger: Pick<Ledger, 'abilities' | 'tail' | 'head'>, position: Position): Promise<Lag> => {
  const head = await ledger.head();
  const [oldest] = position < head ? await ledger.tail(position, { limit: 1 }) : [];
  if (!oldest) return { events: 0, seconds: 0 };
  const seconds = Math.max(0, (Date.now() - Date.parse(oldest.recordedAt)) / 1_000);
  return { events: await eventsBetween(ledger, position, head), seconds };
};

/** How many events there are in (after, to]; where positions are not dense they are counted, to a thousand at most. */
export const eventsBetween = async (
  ledger: Pick<Ledger, 'abilities' | 'tail'>,
  after: Position,
  to: Position,
): Promise<number> => {
  if (ledger.abilities.dense) return Number(to - after);
  return (await ledger.tail(after, { limit: 1_000 })).filter(({ position }) => position <= to).length;
};
