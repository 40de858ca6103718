import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { follow, type Following, type News } from '@throughline/feed';
import { projection, type Projection } from '@throughline/read-model';
import { interactionProjector } from './amendment/interaction.projector.ts';
import { linkReactor } from './link/link.reactor.ts';
import { type Sources, sources } from './sources.ts';
import { threadReactor } from './thread/thread.reactor.ts';

/** Hears what happens to the reactors: batches, parked events, failures. */
export const newsOf = Symbol('capture.news');
export type NewsOf = (consumer: string, news: News) => void;

/** Capture's reactors and projections at work on the ledger, from start to end of the process. */
@Injectable()
export class Reactors implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly projections: readonly Projection[];
  followings: readonly Following[] = [];

  constructor(
    @Inject(sources) private readonly sources: Sources,
    @Optional() @Inject(newsOf) private readonly onNews?: NewsOf,
  ) {
    const { ledger, projectorDb: db } = sources;
    this.projections = [
      projection(threadReactor(ledger), { db }),
      projection(linkReactor(sources), { db }),
      projection(interactionProjector, { db }),
    ];
  }

  onApplicationBootstrap(): void {
    this.followings = this.projections.map((consumer) =>
      follow(this.sources.ledger, consumer, { onNews: (news) => this.onNews?.(consumer.name, news) }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.followings.map((following) => following.stop()));
  }
}
