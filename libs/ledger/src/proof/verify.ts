import type { Client, Database } from '@throughline/postgres';
import type { Position } from '../ledger.ts';
import { type BatchRow, type Fault, faultOf, genesis, type Tip, tipOf } from './chain.ts';

/** What a verification found: the chain holds from `from` to `to` and ends in `hash`, or what is wrong first. */
export type Verdict =
  | {
      readonly ok: true;
      /** The first position that was looked at: of the batch that holds the one asked for. */
      readonly from: Position;
      /** The last one; one before `from` where there are no events. */
      readonly to: Position;
      /** The hash of the batch that ends at `to`: 64 hexadecimal digits. */
      readonly hash: string;
    }
  | ({ readonly ok: false } & Fault);

/** What is verified, and who hears how it goes on. */
export type VerifyOptions = {
  /** From the batch that holds this position; from the first event unless given. */
  readonly from?: Position;
  /** To the batch that holds this position; to the head unless given. */
  readonly to?: Position;
  readonly signal?: AbortSignal;
  /** Hears, every few thousand events, up to which position the chain holds. */
  readonly onProgress?: (position: Position) => void;
};

/** The range begins or ends where there is no event. */
export class BeyondHead extends Error {
  override readonly name = 'BeyondHead';

  constructor(
    readonly position: Position,
    readonly head: Position,
  ) {
    super(`there is no event at ${position}: the ledger ends at ${head}`);
  }
}

const micros = (column: string): string => `(extract(epoch from ${column}) * 1000000)::bigint`;

// Written out here, in words of PostgreSQL alone: a proof that called functions of the database would prove what those say.
const leaf = `sha256(convert_to(concat_ws(E'\\x1e', e.position, e.tenant, e.stream, e.stream_version, e.event_id, e.type,
  ${micros('e.occurred_at')}, ${micros('e.recorded_at')}, encode(e.fingerprint, 'hex'), e.data, e.meta), 'UTF8'))`;

const batchColumns = `b.first_position as first, b.last_position as last, ${micros('b.recorded_at')} as "recordedAt",
  b.writer, b.flush::text, b.epoch, b.prev_hash as "prevHash", b.hash,
  (select f.id from ledger.fork f where f.epoch = b.epoch and f.after_position < b.first_position) as fork`;

const pageOf = {
  name: 'ledger.proof.page',
  text: `select ${batchColumns}, coalesce(l.events, 0) as events, coalesce(l.leaves, '') as leaves
    from (select * from ledger.batch where last_position > $1 and first_position <= $2 order by last_position limit $3) b
    left join lateral (
      select count(*)::int as events, string_agg(${leaf}, ''::bytea order by e.position) as leaves
      from ledger.event e where e.position between b.first_position and b.last_position
    ) l on true order by b.last_position`,
};

const tipBefore = {
  name: 'ledger.proof.tip',
  text: `select ${batchColumns}, 0 as events, ''::bytea as leaves from ledger.batch b
    where b.last_position < $1 order by b.last_position desc limit 1`,
};

const firstMissing = {
  name: 'ledger.proof.missing',
  text: `select p.position from generate_series($1::bigint, $2::bigint) p (position)
    where not exists (select from ledger.event e where e.position = p.position) order by p.position limit 1`,
};

const outside = {
  name: 'ledger.proof.outside',
  text: `(select position from ledger.event where position < 1 order by position limit 1)
    union all (select position from ledger.event where position > $1 order by position limit 1)`,
};

/** Batches read at once; a flush holds at most 8 MiB, of which its leaves are a small part. */
const pageSize = 500;

const headOf = async (client: Client): Promise<Position> => {
  const { rows } = await client.query<{ position: Position }>(
    'select coalesce(max(last_position), 0) as position from ledger.batch',
  );
  return rows[0]!.position;
};

const missingIn = async (client: Client, { first, last, events }: BatchRow): Promise<Fault | undefined> => {
  if (BigInt(events) === last - first + 1n) return undefined;
  const { rows } = await client.query<{ position: Position }>({ ...firstMissing, values: [first, last] });
  return rows[0] && { position: rows[0].position, reason: 'the event is missing' };
};

const outsideOf = async (client: Client, head: Position): Promise<Fault | undefined> => {
  const { rows } = await client.query<{ position: Position }>({ ...outside, values: [head] });
  return rows[0] && { position: rows[0].position, reason: 'the event is in no batch' };
};

/**
 * Recomputes the chain of hashes over every column of every event and batch, and compares: finds a changed, missing,
 * inserted or moved event or batch in the range. What was cut off at the end leaves no trace here: see
 * `SignedCheckpoint`. Works on the state of the moment it began. `db` is of the projector role. Throws {@link BeyondHead}.
 */
export const verifyLedger = async (
  db: Pick<Database, 'tx'>,
  { from = 1n, to, signal, onProgress = () => undefined }: VerifyOptions = {},
): Promise<Verdict> =>
  db.tx(async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    const head = await headOf(client);
    const end = to ?? head;
    for (const position of [from, end]) if (position > head && position !== 1n) throw new BeyondHead(position, head);
    let tip = await tipAt(client, from);
    const first = tip.position + 1n;
    while (tip.position < end) {
      signal?.throwIfAborted();
      const { rows } = await client.query<BatchRow>({ ...pageOf, values: [tip.position, end, pageSize] });
      if (rows.length === 0) return { ok: false, position: tip.position + 1n, reason: 'the batch is missing' };
      for (const batch of rows) {
        const fault = (await missingIn(client, batch)) ?? faultOf(tip, batch);
        if (fault) return { ok: false, ...fault };
        tip = tipOf(batch);
      }
      onProgress(tip.position);
    }
    const stray = end === head ? await outsideOf(client, head) : undefined;
    if (stray) return { ok: false, ...stray };
    return { ok: true, from: first, to: tip.position, hash: tip.hash.toString('hex') };
  });

const tipAt = async (client: Client, from: Position): Promise<Tip> => {
  const { rows } = await client.query<BatchRow>({
    name: 'ledger.proof.first',
    text: 'select first_position as first from ledger.batch where last_position >= $1 order by last_position limit 1',
    values: [from],
  });
  const before = await client.query<BatchRow>({ ...tipBefore, values: [rows[0]?.first ?? from] });
  return before.rows[0] ? tipOf(before.rows[0]) : genesis;
};
