import { setImmediate as turn } from 'node:timers/promises';
import type { Position } from '@throughline/ledger';
import type { Message } from './message.ts';

/** The topic is not of this ledger: nothing is taken from it until somebody has looked. */
export class ForeignTopic extends Error {
  override readonly name = 'ForeignTopic';
}

/** In which epoch the ledger stored the event at a position; undefined where it has none. */
export type EpochAt = (position: Position) => Promise<number | undefined>;

/**
 * Compares the epoch that records bear with the one in which the ledger stored the same positions. Of each epoch the last
 * position is looked up, unless it lies before one that was: where that one is in its place, all before it are. Answers
 * what speaks against the records.
 */
export const provenance = (epochAt: EpochAt) => {
  const epochs = new Map<number, ReturnType<typeof lookUps>>();
  return async (messages: readonly Message[]): Promise<ForeignTopic | undefined> => {
    for (const [epoch, position] of lastOfEach(messages)) {
      const lookUp = epochs.get(epoch) ?? lookUps(epoch, epochAt);
      epochs.set(epoch, lookUp);
      const objection = await lookUp(position);
      if (objection) return objection;
    }
    return undefined;
  };
};

type Question = { position: Position; readonly answer: Promise<ForeignTopic | undefined> };

/**
 * Looks up positions of one epoch, one at a time. Many partitions bring records at once: whoever asks before the next
 * question is put shares it, and it is for the last of their positions.
 */
const lookUps = (epoch: number, epochAt: EpochAt) => {
  let known: Position = 0n;
  let next: Question | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const put = async (before: Promise<unknown>): Promise<ForeignTopic | undefined> => {
    await before;
    await turn();
    const { position } = next!;
    next = undefined;
    if (position <= known) return undefined;
    const own = await epochAt(position);
    if (own !== epoch) return foreignBecause({ position, epoch }, own);
    known = position;
    return undefined;
  };

  return async (position: Position): Promise<ForeignTopic | undefined> => {
    if (position <= known) return undefined;
    if (next) {
      if (position > next.position) next.position = position;
      return next.answer;
    }
    const answer = put(last);
    next = { position, answer };
    last = answer.catch(() => {});
    return answer;
  };
};

const lastOfEach = (messages: readonly Message[]): ReadonlyMap<number, Position> => {
  const last = new Map<number, Position>();
  for (const { epoch, position } of messages.flatMap(placeOf))
    if (position > (last.get(epoch) ?? 0n)) last.set(epoch, position);
  return last;
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
