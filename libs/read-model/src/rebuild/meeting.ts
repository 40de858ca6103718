import { setTimeout as wait } from 'node:timers/promises';
import type { Position } from '@throughline/ledger';
import type { Client, Database } from '@throughline/postgres';
import { checksumOf, type Digested } from '../checksum.ts';
import { besideOf } from './beside.ts';
import { hold, type Met, type Place, standing } from './place.ts';
import { notCaughtUp, RebuildRefused } from './refused.ts';
import type { Work } from './work.ts';

/** How the rows of both compare at one position: a digest of each, table by table. */
export type Difference = {
  readonly position: Position;
  readonly tables: readonly { readonly name: string; readonly live: string; readonly beside: string }[];
};

/** How long is waited for the one beside to reach the live one, in milliseconds. */
const patienceMs = 5_000;
/** How long a lock is waited for before those who wait behind it go first: PostgreSQL looks for deadlocks after a second. */
const lockMs = 400;
const tries = 20;

/** Runs something while both are at one position. Throws {@link RebuildRefused}. */
export type Meet = <T>(then: (client: Client, live: Met) => Promise<T>) => Promise<T>;

type MeetDeps = {
  readonly db: Pick<Database, 'query' | 'tx'>;
  /** How far the live one is. */
  readonly position: () => Position | Promise<Position>;
  /** Where the ledger ends, if that is known here; else the live one is taken to be in it. */
  readonly head?: () => Promise<Position>;
};

/**
 * Brings both to one position, which neither leaves while `then` runs: the live one is held, the other never passes it.
 * Where the live one is further than the ledger, the other one is brought to the ledger's end, and may go on.
 */
export const meeting =
  (work: Pick<Work, 'attend' | 'reaches'>, place: Place, { db, position, head }: MeetDeps): Meet =>
  async (then) => {
    const { name } = place;
    if (!(await work.attend()))
      throw new RebuildRefused('NothingBeside', `Nothing stands beside ${name}: a rebuild puts it there.`);
    /** Answers whether the ledger ends before that. */
    const reached = async (to: Position): Promise<boolean> => {
      const end = (await head?.()) ?? to;
      if (!(await work.reaches(to < end ? to : end, patienceMs))) throw notCaughtUp(name);
      return to > end;
    };
    await reached(await position());
    return patiently(name, () =>
      db.tx(async (client) => {
        await client.query(`set local lock_timeout = '${lockMs}ms'`);
        const live = await hold(client, place);
        const isBeyond = await reached(live.position);
        const stands = await standing(client, place);
        const isThere = isBeyond ? stands && stands.position <= (await head!()) : stands?.position === live.position;
        if (!isThere) throw notCaughtUp(name);
        return then(client, { ...live, isBeyond });
      }),
    );
  };

/** Lock not available, and deadlock. */
const busy = new Set(['55P03', '40P01']);
const changed = '55000';

async function patiently<T>(name: string, attempt: () => Promise<T>): Promise<T> {
  for (let nth = 1; ; nth += 1) {
    try {
      return await attempt();
    } catch (error) {
      const { code = '', message } = error as Error & { code?: string };
      if (code === changed) throw new RebuildRefused('TablesChanged', `${message}: discard it, and rebuild ${name}.`);
      if (!busy.has(code)) throw error;
      if (nth === tries) throw new RebuildRefused('TablesBusy', `Others hold the tables of ${name}: ask again.`);
      await wait(Math.random() * lockMs);
    }
  }
}

/** Both as one snapshot shows them that was taken while they met. */
export const difference = (db: Pick<Database, 'tx'>, meet: Meet, tables: readonly Digested[]): Promise<Difference> =>
  db.tx(async (snapshot) => {
    await snapshot.query('set transaction isolation level repeatable read, read only');
    const { position } = await meet(async (_, live) => {
      await snapshot.query('select 1');
      return live;
    });
    const compared: Difference['tables'][number][] = [];
    for (const shape of tables) {
      const live = await checksumOf(snapshot, [shape]);
      compared.push({ name: shape.name, live, beside: await checksumOf(snapshot, [shape], undefined, besideOf) });
    }
    return { position, tables: compared };
  });
