import { identityProjector } from '@throughline/identity';
import { projection, type Projection, rebuild, type Rebuild, run, type Running } from '@throughline/read-model';
import { search } from './search/search.projector.ts';
import type { Projected, TimelineOptions } from './timeline.ts';
import { timeline } from './timeline.projector.ts';

/** What the read side projects. */
export type Projections = Readonly<Record<Projected, Running>>;

/** Under this Nest injects the {@link Projections}. */
export const projections = Symbol('timeline.projections');

const projectorsOf = ({ vault, keys }: Pick<TimelineOptions, 'vault' | 'keys'>) => ({
  timeline,
  identity: identityProjector,
  search: search(vault, keys),
});

// What was said a moment ago is looked for in the timeline.
const searchRestMs = 100;

/** Puts the projections of the read side to work, and the one of identity, which is its own consumer in position order. */
export const startProjections = (options: TimelineOptions): Projections => {
  const { feed, projectorDb: db, log } = options;
  const all = projectorsOf(options);
  const running = (made: Projection, restMs?: number): Running => run(feed, made, { log, restMs });
  return {
    timeline: running(projection(all.timeline, { db })),
    identity: running(projection(all.identity, { db })),
    search: running(projection(all.search, { db }), searchRestMs),
  };
};

/** How each of them is rebuilt beside itself. */
export const rebuildsOf = (
  options: Pick<TimelineOptions, 'projectorDb' | 'ledger' | 'vault' | 'keys' | 'log'>,
  running: Projections,
): Readonly<Record<Projected, Rebuild>> => {
  const { projectorDb: db, ledger, log } = options;
  const all = projectorsOf(options);
  return {
    timeline: rebuild(all.timeline, { db, ledger, log, running: running.timeline }),
    identity: rebuild(all.identity, { db, ledger, log, running: running.identity }),
    search: rebuild(all.search, { db, ledger, log, running: running.search }),
  };
};
