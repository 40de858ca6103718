import type { Client } from '@throughline/postgres';
import type { Position } from '../ledger.ts';
import type { Fault } from './chain.ts';
import type { Checkpoint } from './signed.ts';

/** What the ledger is now, but for the moment; undefined where it has no events. */
export const tipOfLedger = async (db: Client): Promise<Omit<Checkpoint, 'at'> | undefined> => {
  const { rows } = await db.query<Omit<Checkpoint, 'at'>>({
    name: 'ledger.proof.tip of ledger',
    text: `select encode(f.hash, 'hex') as ledger, l.epoch, l.last_position as position, encode(l.hash, 'hex') as hash
      from (select hash from ledger.batch order by last_position limit 1) f,
        (select * from ledger.batch order by last_position desc limit 1) l`,
  });
  return rows[0];
};

type Row = { readonly ledger: string | null; readonly head: Position; readonly hashes: readonly (string | null)[] };

const nowAt = async (db: Client, positions: readonly Position[]): Promise<Row> => {
  const { rows } = await db.query<Row>({
    name: 'ledger.proof.now at',
    text: `select (select encode(hash, 'hex') from ledger.batch order by last_position limit 1) as ledger,
      (select coalesce(max(last_position), 0) from ledger.batch) as head,
      array(select (select encode(b.hash, 'hex') from ledger.batch b where b.last_position = p.position)
        from unnest($1::bigint[]) with ordinality p (position, nth) order by p.nth) as hashes`,
    values: [positions],
  });
  return rows[0]!;
};

/**
 * Whether the ledger still contains what checkpoints say, all of them; what is wrong by the first that it does not. Proves
 * that of everything up to a checkpoint's position where the chain itself was verified up to there.
 */
export const compare = async (db: Client, checkpoints: readonly Checkpoint[]): Promise<Fault | undefined> => {
  const now = await nowAt(db, checkpoints.map(({ position }) => position)); // prettier-ignore
  for (const [nth, { ledger, position, hash, at }] of checkpoints.entries()) {
    if (now.head < position)
      return { position: now.head + 1n, reason: `the ledger ends at ${now.head}, and reached to ${position} at ${at}` };
    if (now.ledger !== ledger)
      return { position: 1n, reason: 'it is another ledger, or its first batch was written anew' };
    if (now.hashes[nth] !== hash) return { position, reason: `the chain up to here was written anew after ${at}` };
  }
  return undefined;
};

/**
 * Where the ledger went on as another fork since a checkpoint was signed, before the position of that: what the checkpoint
 * says of later positions was given up. Undefined where no such fork was noted.
 */
export const givenUpAfter = async (db: Client, { position, at }: Checkpoint): Promise<Position | undefined> => {
  const { rows } = await db.query<{ after: Position }>({
    name: 'ledger.proof.given up after',
    text: `select after_position as after from ledger.fork
      where epoch > 1 and after_position < $1 and at > $2 order by after_position limit 1`,
    values: [position, at],
  });
  return rows[0]?.after;
};
