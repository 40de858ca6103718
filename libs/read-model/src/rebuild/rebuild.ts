import { availableParallelism } from 'node:os';
import type { EventName } from '@throughline/contracts';
import { wholeLedger } from '@throughline/feed';
import { projection } from '../projection.ts';
import type { Projector } from '../projector.ts';
import { apart } from './apart.ts';
import { beside } from './beside.ts';
import { type Difference, difference, meeting } from './meeting.ts';
import { drop, exchange, type Place, prepare, type Standing } from './place.ts';
import { type Beside, type RebuildDeps, workOn } from './work.ts';

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
  /** Digests every row of both. Throws `RebuildRefused`, as all below. */
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
  const meet = meeting(work, place, {
    db,
    position: () => deps.running.following.position(),
    head: () => deps.ledger.head(),
  });

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
    diff: () => difference(db, meet, tables),
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
