import { forkName, type Ledger, type Position } from '@throughline/ledger';
import type { SaidMemory } from './promise/said.query.ts';
import type { Memory } from './settle.ts';

type Source = Pick<Ledger, 'append' | 'readAll' | 'head' | 'forkAt'>;

/** What is remembered of a ledger, as long as it is the ledger that it was. */
export type Recollection = {
  /** What matters and teams had become; it is brought up to date before anything is decided on it. */
  readonly streams: Memory;
  readonly said: SaidMemory;
  /** What was driven here is not driven again when the feed brings it. */
  readonly lately: Set<string>;
  /** The ledger: what is read of it and appended to it is seen. */
  readonly ledger: Pick<Ledger, 'append' | 'readAll'>;
  readonly see: (position: Position) => void;
  /**
   * Whether the ledger still has all that was seen: the last of it is there, in the fork that it began with. To be asked
   * before anything is decided; what does not hold is to be let go of whole.
   */
  readonly holds: () => Promise<boolean>;
};

export const recollection = (source: Source): Recollection => {
  let seen = 0n;
  let begun: Promise<string | undefined> | undefined;
  const see = (position: Position): void => {
    if (position > seen) seen = position;
  };
  const forkAt = async (position: Position): Promise<string | undefined> => {
    const fork = await source.forkAt(position);
    return fork && forkName(fork);
  };
  const begin = async (): Promise<string | undefined> => {
    const head = await source.head();
    see(head);
    return forkAt(head);
  };

  return {
    streams: new Map(),
    said: new Map(),
    lately: new Set(),
    see,
    ledger: {
      readAll: async (...asked) => {
        const events = await source.readAll(...asked);
        for (const { position } of events) see(position);
        return events;
      },
      append: async (commands) => {
        const outcomes = await source.append(commands);
        for (const outcome of outcomes) if (outcome.is === 'appended') outcome.positions.forEach(see);
        return outcomes;
      },
    },
    holds: async () => {
      begun ??= begin().catch((error: unknown) => {
        begun = undefined;
        throw error;
      });
      const fork = await begun;
      return (await forkAt(seen)) === fork;
    },
  };
};
