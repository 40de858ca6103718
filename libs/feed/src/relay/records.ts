import type { Position, StoredEvent } from '@throughline/ledger';
import type { KafkaRecord } from '../kafka/driver.ts';
import { encode, partitionOf, recordKeyOf, stubOf } from '../kafka/message.ts';
import type { Place } from './place.ts';

/** What all records of a stretch share. */
export type Under = {
  readonly term: number;
  readonly epochOf: (position: Position) => number;
};

/**
 * The next events of the ledger as records, and the place once they are in the topic. The same place and events give
 * the same records, whoever makes them: what was sent and not noted is sent again as it was.
 */
export const recordsOf = (
  { relayed, tails }: Place,
  events: readonly StoredEvent[],
  { term, epochOf }: Under,
): { readonly records: readonly KafkaRecord[]; readonly to: Place } => {
  const ends = [...tails];
  let ledgerPrev = relayed;
  const records = events.map((event) => {
    const { position } = event;
    const partition = partitionOf(Buffer.from(recordKeyOf(event)), tails.length);
    const sent = { prev: ends[partition]!, ledgerPrev, epoch: epochOf(position), term };
    ledgerPrev = ends[partition] = position;
    return encode(event, sent, tails.length);
  });
  return { records, to: { relayed: ledgerPrev, tails: ends } };
};

// More than any record's lengths and the envelope of a batch take.
const perHeader = 10;
const perRecord = 128;

/** At most so many bytes it takes on the wire, in a batch of its own. */
export const sizeOf = ({ key, value, headers }: KafkaRecord): number => {
  let size = perRecord + (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) size += perHeader + name.length + Buffer.byteLength(headers[name]!);
  return size;
};

/**
 * Records in rounds to be sent one after the other, their order kept, none with more than `most` bytes for any one
 * partition: the broker takes what a round has for a partition as one batch. What is larger alone becomes a stub.
 */
export const roundsOf = (records: readonly KafkaRecord[], most: number): readonly (readonly KafkaRecord[])[] => {
  const rounds: KafkaRecord[][] = [];
  let sizes: number[] = [];
  for (const whole of records) {
    const isLarge = sizeOf(whole) > most;
    const record = isLarge ? stubOf(whole) : whole;
    const { partition } = record;
    const size = (sizes[partition] ?? 0) + sizeOf(record);
    if (rounds.length > 0 && size <= most) {
      rounds.at(-1)!.push(record);
      sizes[partition] = size;
      continue;
    }
    rounds.push([record]);
    sizes = [];
    sizes[partition] = sizeOf(record);
  }
  return rounds;
};
