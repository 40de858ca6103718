import type { Instant } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Position } from '../ledger.ts';

/** Where a moment is in a ledger. */
export type Since = {
  /** The first position recorded then or later; null where none is yet. */
  readonly position: Position | null;
  /** When the first of all was recorded; null where none is. */
  readonly began: Instant | null;
  /** The moment is before that. */
  readonly isBefore: boolean | null;
};

/**
 * Waits for whoever appends while a moment is young: a batch has its time before it is committed, and then it belongs
 * before a moment that was over already. Two minutes are longer than an append may take.
 */
const settled = async (db: Client, at: Instant): Promise<void> => {
  await db.query({
    name: 'ledger.proof.settled',
    text: `select pg_advisory_xact_lock_shared(7201, 0) where $1::timestamptz > clock_timestamp() - interval '2 minutes'`,
    values: [at],
  });
};

/** Where a moment is in the ledger; of one that is over it is the same for ever. */
export const positionSince = async (db: Client, at: Instant): Promise<Since> => {
  await settled(db, at);
  const { rows } = await db.query<Since>({
    name: 'ledger.proof.position since',
    text: `select
        (select first_position from ledger.batch where recorded_at >= $1::timestamptz order by recorded_at limit 1) as position,
        f.recorded_at as began, $1::timestamptz < f.recorded_at as "isBefore"
      from (select) one left join (select recorded_at from ledger.batch order by last_position limit 1) f on true`,
    values: [at],
  });
  return rows[0]!;
};

/**
 * Where the ledger ended at a moment: the last position recorded then or before; 0 where none was. Of a moment that is over
 * it is the same for ever.
 */
export const positionAt = async (db: Client, at: Instant): Promise<Position> => {
  await settled(db, at);
  const { rows } = await db.query<{ position: Position }>({
    name: 'ledger.proof.position at',
    text: `select coalesce((
        select last_position from ledger.batch where recorded_at <= $1::timestamptz order by recorded_at desc limit 1
      ), 0) as position`,
    values: [at],
  });
  return rows[0]!.position;
};

/** A batch as the chain knows it. */
export type Link = { readonly epoch: number; readonly position: Position; readonly hash: string };

/** The batch that holds a position: where it ends, and the hash there (64 hexadecimal digits); undefined where none does. */
export const linkAt = async (db: Client, position: Position): Promise<Link | undefined> => {
  const { rows } = await db.query<Link>({
    name: 'ledger.proof.link at',
    text: `select epoch, last_position as position, encode(hash, 'hex') as hash from ledger.batch
      where last_position >= $1 and first_position <= $1 order by last_position limit 1`,
    values: [position],
  });
  return rows[0];
};
