/** For specs: what a relay does, and what may happen to it. */
import type { Fork, Ledger, Position, StoredEvent } from '@throughline/ledger';
import type { KafkaRecord, Sender } from '../src/kafka/driver.ts';
import { encode, type Sent, destinationOf, stubOf } from '../src/kafka/message.ts';

/** What becomes of a record on its way: nothing, one, several. */
export type Fate = (record: KafkaRecord, event: StoredEvent) => readonly KafkaRecord[];

/** It always arrives. */
export const sure: Fate = (record) => [record];
/** Its data is left out. */
export const asStub: Fate = (record) => [stubOf(record)];

/** Sends everything that is in the ledger by now and was not sent yet. */
export type TestRelay = { readonly relay: () => Promise<void> };

export const testRelay = (
  ledger: Pick<Ledger, 'tail'>,
  send: Sender['send'],
  { partitions, from = 0n, fork = { epoch: 1, id: null }, fate = sure }: { partitions: number; from?: Position; fork?: Fork; fate?: Fate }, // prettier-ignore
): TestRelay => {
  let last = from;
  let tail = Promise.resolve();
  const tails = new Map<number, Position>();

  const recordOf = (event: StoredEvent): KafkaRecord => {
    const into = destinationOf(event, partitions);
    const sent: Sent = { prev: tails.get(into.partition) ?? 0n, ledgerPrev: last, fork, term: 1 };
    const record = encode(event, sent, into);
    tails.set(into.partition, event.position);
    last = event.position;
    return record;
  };
  const relay = async () => {
    for (let events = await ledger.tail(last); events.length > 0; events = await ledger.tail(last))
      await send(events.flatMap((event) => fate(recordOf(event), event)));
  };

  // One after the other, as a relay with a lease would.
  return { relay: () => (tail = tail.then(relay)) };
};
