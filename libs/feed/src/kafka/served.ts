import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import type { Offer } from './window.ts';

/** How long it is waited for Kafka before the ledger itself is read, in milliseconds. */
export type Waits = {
  /** For an event while later ones are here already. */
  readonly gapMs: number;
  /** For any event at all. */
  readonly silenceMs: number;
  /** For any event at all, where the ledger had to be read last. */
  readonly pollMs: number;
};

/** What an event's consumer is served from. */
export type Stock = {
  /** Throws where the topic cannot be this ledger's. */
  readonly after: (position: Position, limit: number) => Offer;
  readonly ledger: Pick<Ledger, 'tail'>;
  readonly now: () => number;
};

/**
 * A ledger's tail for one consumer: from the window where it can, from the ledger where it must. A relay that is dead, a
 * record that never comes, a topic that has forgotten: all of it slows, and none of it stops or leaves anything out.
 */
export const serve = ({ after: offerAfter, ledger, now }: Stock, waits: Waits): Ledger['tail'] => {
  let source: 'window' | 'ledger' = 'ledger';
  let since = now();

  const patienceFor = (next: Offer['next']): number => {
    switch (next) {
      case 'gone':
      case 'stub':
        return 0;
      case 'gap':
        return waits.gapMs;
      case 'nothing':
        return source === 'ledger' ? waits.pollMs : waits.silenceMs;
    }
  };

  const readLedger = async (after: Position, limit: number, next: Offer['next']): Promise<readonly StoredEvent[]> => {
    const events = await ledger.tail(after, { limit: next === 'stub' ? 1 : limit });
    if (events.length > 0 && next !== 'stub') source = 'ledger';
    // A full page has more behind it, which is not waited for again.
    since = events.length === limit ? -Infinity : now();
    return events;
  };

  return async (after, { limit = 1_000 } = {}) => {
    const { events, next } = offerAfter(after, limit);
    if (events.length > 0) {
      source = 'window';
      since = now();
      return events;
    }
    return now() - since < patienceFor(next) ? [] : readLedger(after, limit, next);
  };
};
