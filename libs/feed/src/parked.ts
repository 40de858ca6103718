import type { Instant } from '@throughline/contracts';
import type { Position, StoredEvent } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { type Aside, CheckpointMoved, type Partition } from './consumer.ts';

/** Whose parked events: a consumer's, of one partition. */
export type Owner = { readonly consumer: string; readonly partition: Partition };

/** A stream of one tenant. */
export type StreamName = { readonly tenant: string; readonly stream: string };

/** What the feed needs of the store of parked events. */
export interface Parked {
  /**
   * The streams that the consumer has put aside. `wanted` are those to be tried again: somebody asked for it, or their
   * oldest event was never tried (the one before it was given up).
   */
  streams(owner: Owner): Promise<readonly (StreamName & { readonly wanted: boolean })[]>;
  /** The oldest parked events of one stream, in position order, at most `limit`. */
  next(owner: Owner, stream: StreamName, limit: number): Promise<readonly StoredEvent[]>;
  /** It was tried again in vain: keeps the error, counts the attempt; the stream is not wanted until somebody asks again. */
  failed(owner: Owner, event: StoredEvent, error: Error): Promise<void>;
}

/** Table `feed.parked` as consumers see it (projector role). */
export const postgresParked = (db: Client): Parked => ({
  streams: async ({ consumer, partition }) => {
    const { rows } = await db.query<StreamName & { wanted: boolean }>({
      name: 'throughline.parked.streams',
      text: `select tenant, stream,
          bool_or(wanted_at is not null) or (array_agg(attempts order by position))[1] = 0 as wanted
        from feed.parked where consumer = $1 and partition = $2 and dropped_at is null group by tenant, stream`,
      values: [consumer, partition],
    });
    return rows;
  },

  next: async ({ consumer, partition }, { tenant, stream }, limit) => {
    const { rows } = await db.query<ParkedRow>(
      `select * from feed.parked where consumer = $1 and partition = $2 and tenant = $3 and stream = $4
        and dropped_at is null order by position limit $5`,
      [consumer, partition, tenant, stream, limit],
    );
    return rows.map(eventOf);
  },

  failed: async ({ consumer }, { position, tenant, stream }, error) => {
    await db.query(
      `update feed.parked set wanted_at = null, attempts = attempts + (position = $2)::int,
        error = case when position = $2 then $5 else error end
        where consumer = $1 and tenant = $3 and stream = $4 and dropped_at is null`,
      [consumer, position, tenant, stream, textOf(error)],
    );
  },
});

const columns = [
  'consumer', 'partition', 'tenant', 'stream', 'position', 'version', 'event_id', 'type', 'occurred_at', 'recorded_at',
  'data', 'meta', 'error', 'attempts',
] as const; // prettier-ignore

/** Parks events as part of the caller's transaction (projector role); what is parked already stays as it is. */
export const park = async (client: Client, owner: Owner, asides: readonly Aside[]): Promise<void> => {
  for (const aside of asides) {
    await client.query({
      name: 'throughline.park',
      text: `insert into feed.parked (${columns.join(', ')}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')})
        on conflict (consumer, position) do nothing`,
      values: rowOf(owner, aside),
    });
  }
};

/** Takes events out as part of the caller's transaction. Throws {@link CheckpointMoved} where one is no longer parked. */
export const unpark = async (client: Client, { consumer, partition }: Owner, events: readonly StoredEvent[]) => {
  for (const { position } of events) {
    const { rowCount } = await client.query(
      'delete from feed.parked where consumer = $1 and position = $2 and dropped_at is null',
      [consumer, position],
    );
    if (rowCount !== 1) throw new CheckpointMoved(consumer, partition, position);
  }
};

function rowOf({ consumer, partition }: Owner, { event, error }: Aside): unknown[] {
  const { tenant, stream, position, version, id, type, occurredAt, recordedAt, data, meta } = event;
  const bytes = [Buffer.from(data), Buffer.from(meta)];
  const why = error ? [textOf(error), 1] : [null, 0];
  return [consumer, partition, tenant, stream, position, version, id, type, occurredAt, recordedAt, ...bytes, ...why];
}

/**
 * What is kept of an error: without the values that PostgreSQL (class 22) and JSON.parse quote, which may be somebody's
 * words, and without U+0000, which cannot be stored.
 */
const textOf = (error: Error & { code?: unknown }): string => {
  const { name, message, code } = error;
  const quotes = name === 'SyntaxError' || (typeof code === 'string' && /^22...$/.test(code));
  return `${name}: ${quotes ? message.replaceAll(/"[^]*"/g, '"…"') : message}`.replaceAll('\0', '�').slice(0, 4_000);
};

/** A row of `feed.parked`. */
export type ParkedRow = {
  consumer: string;
  tenant: string;
  stream: string;
  position: Position;
  version: number;
  event_id: string;
  type: string;
  occurred_at: string;
  recorded_at: string;
  data: Buffer;
  meta: Buffer;
  error: string | null;
  since: Instant;
  attempts: number;
};

/** The event as it was when it was parked. */
export const eventOf = (row: ParkedRow): StoredEvent => ({
  position: row.position,
  tenant: row.tenant,
  stream: row.stream,
  version: row.version,
  id: row.event_id,
  type: row.type,
  occurredAt: row.occurred_at,
  recordedAt: row.recorded_at,
  data: row.data.toString(),
  meta: row.meta.toString(),
});
