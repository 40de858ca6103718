import { follow, type Following, type FollowOptions, type NewsLog, toldTo } from '@throughline/feed';
import type { Ledger } from '@throughline/ledger';
import type { Projection } from './projection.ts';

/** A projection at work in this process. */
export type Running = { readonly projection: Projection; readonly following: Following };

/** How a projection is fed, and where its news is told. */
export type RunOptions = Pick<FollowOptions, 'limit' | 'pollMs'> & { readonly log?: NewsLog };

/** Puts a projection to work on the ledger, until its following is stopped. */
export const run = (
  ledger: Pick<Ledger, 'tail' | 'watch'>,
  projection: Projection,
  { log, ...how }: RunOptions = {},
): Running => ({
  projection,
  following: follow(ledger, projection, { ...how, onNews: toldTo(log, projection.projection) }),
});
