import type { Position, StoredEvent } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import type { Aside } from './consumer.ts';

/** An event that a consumer could not apply, or that waits behind such a one of its stream. */
export type ParkedEvent = {
  readonly consumer: string;
  readonly event: StoredEvent;
  /** Why; absent where it only waits behind an earlier event of its stream. */
  readonly error?: string;
  readonly since: Date;
  /** How often it was tried. */
  readonly attempts: number;
};

/** Names one parked event. */
export type ParkedId = { readonly consumer: string; readonly position: Position };

/** A stream that a consumer has put aside; `wanted` once somebody asked to have it tried again. */
export type ParkedStream = { readonly tenant: string; readonly stream: string; readonly wanted: boolean };

/** What consumers need of the store of parked events. (`park` and `unpark` are part of a consumer's own commit.) */
export interface Parked {
  /** The streams that the consumer has put aside, and those that somebody wants tried again. */
  streams(consumer: string): Promise<readonly ParkedStream[]>;
  /** The oldest parked events of one stream, in position order, at most `limit`. */
  next(consumer: string, stream: Omit<ParkedStream, 'wanted'>, limit: number): Promise<readonly StoredEvent[]>;
  /** Trying again failed: the error is kept, the attempt counted, and nobody wants the stream any more until asked again. */
  failed(consumer: string, event: StoredEvent, error: Error): Promise<void>;
  /** The stream is drained. */
  drained(consumer: string, stream: Omit<ParkedStream, 'wanted'>): Promise<void>;
}

/** Parks within the caller's transaction (projector role); an event that is parked already stays as it is. */
export const park = async (_client: Client, _consumer: string, _asides: readonly Aside[]): Promise<void> => {
  throw new Error('not written');
};

/** Takes events out within the caller's transaction; answers how many were there. */
export const unpark = async (_client: Client, _consumer: string, _events: readonly StoredEvent[]): Promise<number> => {
  throw new Error('not written');
};

/** The consumers' side of table `feed.parked` (projector role). */
export const postgresParked = (_db: Client): Parked => {
  throw new Error('not written');
};

/** What operators do with a tenant's parked events (service role, within `asTenant`). */
export type ParkedDesk = {
  /** Oldest first, keyset-paged by position and consumer. */
  list(options?: { consumer?: string; after?: ParkedId; limit?: number }): Promise<readonly ParkedEvent[]>;
  show(id: ParkedId): Promise<ParkedEvent | undefined>;
  /** Asks the consumer to try the event's whole stream again, in order. Answers how many events wait there. */
  retry(id: ParkedId): Promise<number>;
  /** Gives one event up for good, on record, and asks for the rest of its stream. Answers whether it was parked. */
  drop(id: ParkedId, reason: string, actor: string): Promise<boolean>;
};

export const parkedDesk = (_client: Client): ParkedDesk => {
  throw new Error('not written');
};
