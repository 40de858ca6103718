import { type Feed, type Following, type FollowOptions, type NewsLog, toldTo } from '@throughline/feed';
import type { Projection } from './projection.ts';

/** A projection at work in this process. */
export type Running = { readonly projection: Projection; readonly following: Following };

/** How a projection is fed, and where its news is told. */
export type RunOptions = Pick<FollowOptions, 'limit' | 'pollMs' | 'restMs'> & { readonly log?: NewsLog };

/** Puts a projection to work on what a feed brings, until its following is stopped. */
export const run = (feed: Pick<Feed, 'follow'>, projection: Projection, { log, ...how }: RunOptions = {}): Running => ({
  projection,
  following: feed.follow(projection, { ...how, onNews: toldTo(log, projection.projection) }),
});
