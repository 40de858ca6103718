import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { follow, type Following, type News } from '@throughline/feed';
import { projection, type Projection } from '@throughline/read-model';
import { interactionPositions } from './amendment/interaction.projector.ts';
import { linkReactor } from './link/link.reactor.ts';
import { captureReactor } from './reactor.ts';
import { type Sources, sources } from './sources.ts';
import { threadReactor } from './thread/thread.reactor.ts';

/** Hears what happens to the reactor: batches, parked events, failures. */
export type OnNews = (news: News) => void;
/** Under this Nest injects it. */
export const onNews = Symbol('capture.onNews');

/** Capture's reactor at work on the ledger, from start to end of the process. */
@Injectable()
export class Reactors implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly projection: Projection;
  following: Following | undefined;

  constructor(
    @Inject(sources) private readonly sources: Sources,
    @Optional() @Inject(onNews) private readonly onNews?: OnNews,
  ) {
    const parts = [threadReactor(sources.ledger), linkReactor(sources), interactionPositions];
    this.projection = projection(captureReactor(parts), { db: sources.projectorDb });
  }

  onApplicationBootstrap(): void {
    this.following = follow(this.sources.ledger, this.projection, { onNews: (news) => this.onNews?.(news) });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.following?.stop();
  }
}
