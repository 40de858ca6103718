import type { Position } from '@throughline/ledger';
import type { Message } from './message.ts';

/** The topic is not of this ledger: nothing is taken from it until somebody has looked. */
export class ForeignTopic extends Error {
  override readonly name = 'ForeignTopic';
}

/** In which epoch the ledger stored the event at a position; undefined where it has none. */
export type EpochAt = (position: Position) => Promise<number | undefined>;

/**
 * Compares the epoch that records bear with the one in which the ledger stored the same positions: with the first
 * records, and wherever the epoch changes. Answers what speaks against them.
 */
export const provenance = (epochAt: EpochAt) => {
  let known: number | undefined;
  return async (messages: readonly Message[]): Promise<ForeignTopic | undefined> => {
    const placed = messages.flatMap(placeOf).findLast(({ epoch }) => epoch !== known);
    if (!placed) return undefined;
    const epoch = await epochAt(placed.position);
    if (epoch === placed.epoch) known = epoch;
    else return foreignBecause(placed, epoch);
    return undefined;
  };
};

const placeOf = (message: Message): { readonly position: Position; readonly epoch: number }[] => {
  switch (message.is) {
    case 'event':
      return [{ position: message.event.position, epoch: message.sent.epoch }];
    case 'stub':
      return [{ position: message.position, epoch: message.sent.epoch }];
    case 'foreign':
      return [];
  }
};

const foreignBecause = ({ position, epoch }: { position: Position; epoch: number }, own: number | undefined) =>
  new ForeignTopic(
    own === undefined
      ? `the topic has an event at position ${position}, and the ledger has none: it belongs to another ledger, or the ledger was restored to an earlier time`
      : `the topic says that position ${position} is of ledger-epoch ${epoch}, the ledger that it is of ${own}: it belongs to another ledger, or to a future that was given up`,
  );
