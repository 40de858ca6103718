import type { Instant } from '@throughline/contracts';
import type { Position, StoredEvent } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { eventOf, type ParkedRow } from './parked.ts';

/** Names one parked event. */
export type ParkedId = { readonly consumer: string; readonly position: Position };

/** An event that a consumer could not apply, or that waits behind such a one of its stream. */
export type ParkedEvent = ParkedId & {
  readonly event: StoredEvent;
  /** Why; absent where it only waits behind an earlier event of its stream. */
  readonly error?: string;
  readonly since: Instant;
  /** How often it was tried. */
  readonly attempts: number;
};

/** What people do with their tenant's parked events. Given up events are not listed; the table keeps them on record. */
export type ParkedDesk = {
  /** By position, then consumer, after the event given (keyset paging); 100 unless `limit` is given. */
  list(options?: { consumer?: string; after?: ParkedId; limit?: number }): Promise<readonly ParkedEvent[]>;
  count(): Promise<number>;
  show(id: ParkedId): Promise<ParkedEvent | undefined>;
  /** Asks the consumer to try the event's whole stream again, in order, and returns before it did. Answers how many events wait there. */
  retry(id: ParkedId): Promise<number>;
  /** Gives one event up for good, on record; what waits behind it is tried next. Answers whether it was parked. */
  drop(id: ParkedId, reason: string, actor: string): Promise<boolean>;
};

/** The desk of one tenant: `database.asTenant(tenant, (client) => parkedDesk(client).list())`, as the service role. */
export const parkedDesk = (client: Client): ParkedDesk => ({
  list: async ({ consumer, after, limit = 100 } = {}) => {
    const { rows } = await client.query<ParkedRow>(
      `select * from feed.parked where dropped_at is null and ($1::text is null or consumer = $1)
        and (position, consumer) > ($2, $3) order by position, consumer limit $4`,
      [consumer, after?.position ?? 0n, after?.consumer ?? '', limit],
    );
    return rows.map(parkedOf);
  },

  count: async () => {
    const { rows } = await client.query<{ count: bigint }>(
      'select count(*) as count from feed.parked where dropped_at is null',
    );
    return Number(rows[0]!.count);
  },

  show: async ({ consumer, position }) => {
    const { rows } = await client.query<ParkedRow>(
      'select * from feed.parked where dropped_at is null and consumer = $1 and position = $2',
      [consumer, position],
    );
    return rows[0] && parkedOf(rows[0]);
  },

  retry: async ({ consumer, position }) => {
    const { rowCount } = await client.query(
      `update feed.parked as one set wanted_at = now() from feed.parked as named
        where named.consumer = $1 and named.position = $2 and named.dropped_at is null and one.dropped_at is null
        and one.consumer = named.consumer and one.tenant = named.tenant and one.stream = named.stream`,
      [consumer, position],
    );
    return rowCount ?? 0;
  },

  drop: async ({ consumer, position }, reason, actor) => {
    const { rowCount } = await client.query(
      `update feed.parked set dropped_at = now(), dropped_by = $4, drop_reason = $3
        where consumer = $1 and position = $2 and dropped_at is null`,
      [consumer, position, reason, actor],
    );
    return rowCount === 1;
  },
});

const parkedOf = (row: ParkedRow): ParkedEvent => ({
  consumer: row.consumer,
  position: row.position,
  event: eventOf(row),
  error: row.error ?? undefined,
  since: row.since,
  attempts: row.attempts,
});
