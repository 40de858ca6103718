import { identityProjector } from '@throughline/identity';
import { run, type Running } from '@throughline/read-model';
import { search } from './search/search.projector.ts';
import type { Projected, TimelineOptions } from './timeline.ts';
import { timeline } from './timeline.projector.ts';

/** What the read side projects. */
export type Projections = Readonly<Record<Projected, Running>>;

/** Under this Nest injects the {@link Projections}. */
export const projections = Symbol('timeline.projections');

// What was said a moment ago is looked for in the timeline.
const searchRestMs = 100;

/** Puts the projections of the read side to work, and the one of identity, which is its own consumer in position order. */
export const startProjections = ({ feed, ledger, projectorDb: db, vault, keys, log }: TimelineOptions): Projections => {
  const deps = { feed, ledger, db, log };
  return {
    timeline: run(timeline, deps),
    identity: run(identityProjector, deps),
    search: run(search(vault, keys), deps, { restMs: searchRestMs }),
  };
};
