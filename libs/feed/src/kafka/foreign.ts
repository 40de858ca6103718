import { setImmediate as turn } from 'node:timers/promises';
import { type Fork, forkName, isOf, type Position } from '@throughline/ledger';
import type { Message } from './message.ts';

/** The topic is not of this ledger: nothing is taken from it until somebody has looked. */
export class ForeignTopic extends Error {
  override readonly name = 'ForeignTopic';
}

/** In which fork the ledger stored the event at a position; undefined where it has none. */
export type ForkAt = (position: Position) => Promise<Fork | undefined>;

/**
 * Compares the fork that records bear with the one in which the ledger stored the same positions. Of each fork the last
 * position is looked up, unless it lies before one that was: where that one is in its place, all before it are. Answers
 * what speaks against the records.
 */
export const provenance = (forkAt: ForkAt) => {
  const forks = new Map<string, ReturnType<typeof lookUps>>();
  return async (messages: readonly Message[]): Promise<ForeignTopic | undefined> => {
    for (const { fork, position } of lastOfEach(messages)) {
      const name = forkName(fork);
      const lookUp = forks.get(name) ?? lookUps(fork, forkAt);
      forks.set(name, lookUp);
      const objection = await lookUp(position);
      if (objection) return objection;
    }
    return undefined;
  };
};

type Question = { position: Position; readonly answer: Promise<ForeignTopic | undefined> };

/**
 * Looks up positions of one fork, one at a time. Many partitions bring records at once: whoever asks before the next
 * question is put shares it, and it is for the last of their positions.
 */
const lookUps = (fork: Fork, forkAt: ForkAt) => {
  let known: Position = 0n;
  let next: Question | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const put = async (before: Promise<unknown>): Promise<ForeignTopic | undefined> => {
    await before;
    await turn();
    const { position } = next!;
    next = undefined;
    if (position <= known) return undefined;
    const own = await forkAt(position);
    if (!own || !isOf(own, fork)) return foreignBecause({ position, fork }, own);
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

type Placed = { readonly position: Position; readonly fork: Fork };

const lastOfEach = (messages: readonly Message[]): Iterable<Placed> => {
  const last = new Map<string, Placed>();
  for (const placed of messages.flatMap(placeOf)) {
    const name = forkName(placed.fork);
    if (placed.position > (last.get(name)?.position ?? 0n)) last.set(name, placed);
  }
  return last.values();
};

const placeOf = (message: Message): Placed[] => {
  switch (message.is) {
    case 'event':
      return [{ position: message.event.position, fork: message.sent.fork }];
    case 'stub':
      return [{ position: message.position, fork: message.sent.fork }];
    case 'foreign':
      return [];
  }
};

const foreignBecause = ({ position, fork }: Placed, own: Fork | undefined) =>
  new ForeignTopic(
    own === undefined
      ? `the topic has an event at position ${position}, and the ledger has none: it belongs to another ledger, or the ledger was restored to an earlier time`
      : `the topic says that position ${position} is of ledger-epoch ${forkName(fork)}, the ledger that it is of ${forkName(own)}: it belongs to another ledger, or to a future that was given up`,
  );
