import { setTimeout as pause } from 'node:timers/promises';
import { follow, type Following, type NewsLog, toldTo, wholeLedger } from '@throughline/feed';
import type { Ledger, Position } from '@throughline/ledger';
import type { Database } from '@throughline/postgres';
import type { Projection } from '../projection.ts';
import type { Running } from '../running.ts';
import { type Place, standing, type Standing } from './place.ts';

/** What a rebuild works with: a pool of the projectors' role, the ledger itself, and the projection as it runs. */
export type RebuildDeps = {
  readonly db: Pick<Database, 'query' | 'tx'>;
  readonly ledger: Pick<Ledger, 'tail' | 'watch' | 'head'>;
  readonly running: Pick<Running, 'projection' | 'following'>;
  /** Most events of a batch, as for any that is followed. */
  readonly limit?: number;
  readonly log?: NewsLog;
};

/** What stands beside a projection: to be live next, or live before, and kept up to date to be gone back to. */
export type Beside = Standing & {
  /** `elsewhere`: other processes work on it, if any do. */
  readonly state: Following['state'] | 'elsewhere';
  /** What it fails with, while it fails. */
  readonly error: Error | undefined;
  /** Events a second since this process works on it. */
  readonly perSecond: number;
};

type Begun = {
  readonly began: string;
  readonly following: Following;
  readonly from: Position;
  readonly at: number;
};

/** This process' work on what stands beside a projection. */
export type Work = {
  /** Begins where there is something, ends where there is nothing any longer, and tells how it goes. */
  readonly attend: () => Promise<Beside | undefined>;
  /** True as soon as it is at `position`, false after `withinMs` milliseconds. */
  readonly reaches: (position: Position, withinMs: number) => Promise<boolean>;
  readonly stop: () => Promise<void>;
};

/** What this process does not work on. */
export const elsewhere = (stands: Standing): Beside => ({
  ...stands,
  state: 'elsewhere',
  error: undefined,
  perSecond: 0,
});

export const workOn = (shadow: Projection, place: Place, deps: RebuildDeps): Work => {
  let work: Begun | undefined;

  const stop = async (): Promise<void> => {
    const { following } = work ?? {};
    work = undefined;
    await following?.stop();
  };

  const attend = async (): Promise<Beside | undefined> => {
    const stands = await standing(deps.db, place);
    if (work?.began !== stands?.began) await stop();
    if (!stands) return undefined;
    // Another version's rows are made by the builds that know it.
    if (stands.version !== place.version) {
      await stop();
      return elsewhere(stands);
    }
    work ??= {
      began: stands.began,
      following: follow(behind(deps, place), shadow, {
        limit: deps.limit,
        onNews: toldTo(deps.log, shadow.projection),
      }),
      from: stands.position,
      at: performance.now(),
    };
    const { following, from, at } = work;
    const perSecond = Number(stands.position - from) / Math.max(0.001, (performance.now() - at) / 1_000);
    return { ...stands, state: following.state, error: following.lastError, perSecond };
  };

  return {
    attend,
    stop,
    reaches: (position, withinMs) =>
      work ? work.following.waitFor(position, withinMs) : otherReaches(deps, place, position, withinMs),
  };
};

const lookMs = 50;

/** The same of what others work on. */
export async function otherReaches(
  { db }: Pick<RebuildDeps, 'db'>,
  place: Pick<Place, 'name'>,
  position: Position,
  withinMs: number,
): Promise<boolean> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline; await pause(lookMs)) {
    const stands = await standing(db, place);
    if (!stands || stands.position >= position) return stands !== undefined;
  }
  return false;
}

/** The ledger as far as the live projection has dealt with it; nothing where nothing is to stand beside it any longer. */
function behind({ db, ledger, running }: RebuildDeps, { name, version }: Place): Pick<Ledger, 'tail' | 'watch'> {
  return {
    tail: async (after, options) => {
      const { rows } = await db.query<{ position: Position }>(
        `select position from read_model.live join read_model.checkpoint using (projection, version)
         where projection = $1 and partition = $2
           and exists (select from read_model.rebuild r where r.projection = $1 and r.version = $3)`,
        [name, wholeLedger, version],
      );
      const to = rows[0]?.position ?? 0n;
      return to > after ? (await ledger.tail(after, options)).filter(({ position }) => position <= to) : [];
    },
    watch: (wake) => running.following.watch(wake),
  };
}
