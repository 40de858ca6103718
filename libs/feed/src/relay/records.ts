import { type Fork, forkName, type Position, type StoredEvent } from '@throughline/ledger';
import { markOf } from '../ground.ts';
import type { KafkaRecord } from '../kafka/driver.ts';
import { encode, destinationOf } from '../kafka/message.ts';
import type { Begun } from './past.ts';
import type { Place } from './place.ts';

/** What all records of a stretch share. */
export type Under = {
  readonly term: number;
  readonly forkOf: (position: Position) => Fork;
};

/**
 * The next events of the ledger as records, and the place once they are in the topic. The same place and events give
 * the same records, whoever makes them: what was sent and not noted is sent again as it was.
 */
export const recordsOf = (
  { relayed, tails, mark, forks: before }: Place,
  events: readonly StoredEvent[],
  { term, forkOf }: Under,
): { readonly records: readonly KafkaRecord[]; readonly to: Place } => {
  const ends = [...tails];
  const forks: Begun[] = [...before];
  let ledgerPrev = relayed;
  const records = events.map((event) => {
    const { position } = event;
    const into = destinationOf(event, tails.length);
    const sent = { prev: ends[into.partition]!, ledgerPrev, fork: forkOf(position), term };
    const fork = forkName(sent.fork);
    if (fork !== forks.at(-1)?.fork) forks.push({ after: ledgerPrev, fork });
    ledgerPrev = ends[into.partition] = position;
    return encode(event, sent, into);
  });
  const last = events.at(-1);
  return { records, to: { relayed: ledgerPrev, tails: ends, mark: last ? markOf(last) : mark, forks } };
};
