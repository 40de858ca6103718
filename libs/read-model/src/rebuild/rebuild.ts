import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventName } from '@throughline/contracts';
import { wholeLedger } from '@throughline/feed';
import type { Position } from '@throughline/ledger';
import type { Client, Database } from '@throughline/postgres';
import { checksumOf } from '../checksum.ts';
import { projection } from '../projection.ts';
import type { Projector } from '../projector.ts';
import { apart } from './apart.ts';
import { beside, besideOf } from './beside.ts';
import { drop, exchange, type Held, hold, type Place, prepare, standing, type Standing } from './place.ts';
import { notCaughtUp, RebuildRefused } from './refused.ts';
import { type Beside, type RebuildDeps, type Work, workOn } from './work.ts';

/** How the rows of both compare at one position: a digest of each, table by table. */
export type Difference = {
  readonly position: Position;
  readonly tables: readonly { readonly name: string; readonly live: string; readonly beside: string }[];
};

/** A projection that can be built anew beside itself while it goes on. */
export interface Rebuild {
  /** Works on what stands beside, where there is something, and tells how that goes. To be called when the process begins. */
  attend(): Promise<Beside | undefined>;
  /**
   * Makes tables beside the live ones, which fill from the ledger; goes on where that was begun before. What was live
   * before is dropped for it. `byItself` marks it as a newer build's, which swaps it as soon as it can. So many `workers`
   * make its rows, each those of its own tenants; as many as the machine has processors, and four at most, unless given.
   */
  begin(how?: { readonly byItself?: boolean; readonly workers?: number }): Promise<Beside>;
  /** Digests every row of both. Throws {@link RebuildRefused}, as all below. */
  diff(): Promise<Difference>;
  /** What is next becomes live, and what is live previous, in one transaction. */
  swap(): Promise<void>;
  /** The other way. */
  rollback(): Promise<void>;
  /** Drops what stands beside. Answers whether there was something. */
  discard(): Promise<boolean>;
  /** Ends this process' work on it. */
  stop(): Promise<void>;
}

/**
 * Rebuilds a projection beside the live one. What stands beside is a projection like any other, with a checkpoint and
 * parked events of its own, and never ahead of the live one. Several processes may work on it; after a crash it goes on.
 */
export const rebuild = <Name extends EventName, Context>(
  projector: Projector<Name, Context>,
  deps: RebuildDeps,
): Rebuild => {
  const { db } = deps;
  const { name, version, tables } = projector;
  const place: Place = { name, version, tables: tables.map((shape) => shape.name) };
  const shadow = beside(projector);
  const filling = { db, copies: true };
  const work = workOn(apart(shadow, projection(shadow, filling), filling), place, deps);
  const meet = meeting(work, place, deps);

  const exchanged = async (is: Standing['is']): Promise<void> => {
    await meet((client, live) => exchange(client, place, is, live));
    // Which version is live, it knows at once.
    await deps.running.projection.position(wholeLedger);
  };

  return {
    attend: work.attend,
    begin: async ({ byItself = false, workers = usualWorkers() } = {}) => {
      await db.tx((client) => prepare(client, place, { byItself, workers }));
      return (await work.attend())!;
    },
    diff: () => difference(db, meet, projector),
    swap: () => exchanged('next'),
    rollback: () => exchanged('previous'),
    discard: async () => {
      await work.stop();
      return db.tx((client) => drop(client, place));
    },
    stop: work.stop,
  };
};

const usualWorkers = (): number => Math.min(4, availableParallelism());

/** How long is waited for the one beside to reach the live one, in milliseconds. */
const patienceMs = 5_000;
/** How long a lock is waited for before those who wait behind it go first: PostgreSQL looks for deadlocks after a second. */
const lockMs = 400;
const tries = 20;

type Meet = <T>(then: (client: Client, live: Held) => Promise<T>) => Promise<T>;

/** Brings both to one position, which neither leaves while `then` runs: the live one is held, the other never passes it. */
const meeting =
  (work: Work, place: Place, { db, running }: RebuildDeps): Meet =>
  async (then) => {
    const { name } = place;
    if (!(await work.attend())) throw new RebuildRefused('NothingBeside', `Nothing stands beside ${name}: rebuild it.`);
    const reached = async (position: Position) => {
      if (!(await work.reaches(position, patienceMs))) throw notCaughtUp(name);
    };
    await reached(running.following.position());
    return patiently(name, () =>
      db.tx(async (client) => {
        await client.query(`set local lock_timeout = '${lockMs}ms'`);
        const live = await hold(client, place);
        await reached(live.position);
        if ((await standing(client, place))?.position !== live.position) throw notCaughtUp(name);
        return then(client, live);
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
const difference = (db: Pick<Database, 'tx'>, meet: Meet, { tables }: Pick<Projector, 'tables'>): Promise<Difference> =>
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
