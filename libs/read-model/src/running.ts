import type { EventName } from '@throughline/contracts';
import { type Feed, type Following, type FollowOptions, type NewsLog, toldTo } from '@throughline/feed';
import type { Ledger } from '@throughline/ledger';
import type { Database } from '@throughline/postgres';
import { projection, type Projection } from './projection.ts';
import type { Projector } from './projector.ts';
import { rebuild, type Rebuild } from './rebuild/rebuild.ts';
import { succeed } from './rebuild/succession.ts';

/** A projection at work in this process. */
export type Running = {
  readonly projection: Projection;
  readonly following: Following;
  /** How it is built anew beside itself; this process works on what stands there for as long as it lives. */
  readonly rebuild: Rebuild;
  /** False while rows of this version are made beside those of an older one, which are read meanwhile. */
  readonly isBuilt: () => boolean;
  readonly stop: () => Promise<void>;
};

/** What a projector is put to work with: what brings its events, the ledger itself, and a pool of the projectors' role. */
export type RunDeps = {
  readonly feed: Pick<Feed, 'follow' | 'state'>;
  readonly ledger: Pick<Ledger, 'tail' | 'watch' | 'head'>;
  readonly db: Pick<Database, 'query' | 'tx'>;
  readonly log?: NewsLog;
};

/** How it is fed, and how often it is looked what stands beside it, in milliseconds; every 5 000 unless given. */
export type RunOptions = Pick<FollowOptions, 'limit' | 'pollMs' | 'restMs'> & { readonly lookMs?: number };

/**
 * Puts a projector to work until it is stopped. Where an older version of it is live, its rows are made beside those, and
 * are live as soon as they have caught up; where a newer one is, it stands by.
 */
export const run = <Name extends EventName, Context>(
  projector: Projector<Name, Context>,
  { feed, ledger, db, log }: RunDeps,
  { lookMs = 5_000, ...how }: RunOptions = {},
): Running => {
  const live = projection(projector, { db });
  const following = feed.follow(live, { ...how, onNews: toldTo(log, live.projection) });
  const beside = rebuild(projector, { db, ledger, log, limit: how.limit, running: { projection: live, following } });
  const succession = succeed(projector, { feed, ledger, db, log, live, beside, lookMs });
  return {
    projection: live,
    following,
    rebuild: beside,
    isBuilt: succession.isDone,
    stop: async () => {
      await succession.stop();
      await Promise.all([beside.stop(), following.stop()]);
    },
  };
};
