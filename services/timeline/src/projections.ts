import { identityProjector } from '@throughline/identity';
import { projection, type Projection, run, type Running } from '@throughline/read-model';
import { search } from './search/search.projector.ts';
import type { Projected, TimelineOptions } from './timeline.ts';
import { timeline } from './timeline.projector.ts';

/** What the read side projects. */
export type Projections = Readonly<Record<Projected, Running>>;

/** Under this Nest injects the {@link Projections}. */
export const projections = Symbol('timeline.projections');

/** Puts the projections of the read side to work, and the one of identity, which is its own consumer in position order. */
export const startProjections = ({ feed, projectorDb: db, vault, keys, log }: TimelineOptions): Projections => {
  const running = (made: Projection): Running => run(feed, made, { log });
  return {
    timeline: running(projection(timeline, { db })),
    identity: running(projection(identityProjector, { db })),
    search: running(projection(search(vault, keys), { db })),
  };
};
