import { follow, type Following, type News } from '@throughline/feed';
import type { Log } from '@throughline/host';
import { identityProjector } from '@throughline/identity';
import { projection, type Projection } from '@throughline/read-model';
import { search } from './search/search.projector.ts';
import type { Projected, TimelineOptions } from './timeline.ts';
import { timeline } from './timeline.projector.ts';

/** A projection at work in this process. */
export type Running = { readonly projection: Projection; readonly following: Following };
export type Projections = Readonly<Record<Projected, Running>>;

/** Under this Nest injects the {@link Projections}. */
export const projections = Symbol('timeline.projections');

const told = (log: Log | undefined, projection: string) => (news: News) => {
  switch (news.is) {
    case 'retrying':
      return log?.warn({ projection, err: news.error, attempt: news.attempt }, 'a projection waits');
    case 'parked':
    case 'refused again':
      return log?.error({ projection, err: news.error, position: String(news.event.position) }, 'an event is parked');
    case 'returned':
      return log?.info({ projection, position: String(news.event.position) }, 'a parked event was applied');
  }
};

/** Puts the projections of the read side to work, and the one of identity, which is its own consumer in position order. */
export const startProjections = ({ ledger, projectorDb: db, vault, keys, log }: TimelineOptions): Projections => {
  const running = (made: Projection): Running => ({
    projection: made,
    following: follow(ledger, made, { onNews: told(log, made.projection) }),
  });
  return {
    timeline: running(projection(timeline, { db })),
    identity: running(projection(identityProjector, { db })),
    search: running(projection(search(vault, keys), { db })),
  };
};
