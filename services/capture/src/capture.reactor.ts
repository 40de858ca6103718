import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { follow, type Following, type News } from '@throughline/feed';
import type { Log } from '@throughline/host';
import { projection, type Projection } from '@throughline/read-model';
import { interactionPositions } from './amendment/interaction.projector.ts';
import { linkReactor } from './link/link.reactor.ts';
import { captureReactor } from './reactor.ts';
import { type Sources, sources } from './sources.ts';
import { threadReactor } from './thread/thread.reactor.ts';

/** Under this Nest injects the log, where there is one. */
export const captureLog = Symbol('capture.log');

/** Capture's reactor at work on the ledger, from start to end of the process. */
@Injectable()
export class CaptureReactor implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly projection: Projection;
  following: Following | undefined;

  constructor(
    @Inject(sources) private readonly sources: Sources,
    @Optional() @Inject(captureLog) private readonly log?: Log,
  ) {
    const parts = [threadReactor(sources.ledger), linkReactor(sources), interactionPositions];
    this.projection = projection(captureReactor(parts), { db: sources.projectorDb });
  }

  onApplicationBootstrap(): void {
    this.following = follow(this.sources.ledger, this.projection, { onNews: (news) => this.tell(news) });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.following?.stop();
  }

  private tell(news: News): void {
    const { log, projection: consumer } = this;
    const told = { projection: consumer.projection, ...('error' in news && { err: news.error }) };
    switch (news.is) {
      case 'retrying':
        return log?.warn({ ...told, attempt: news.attempt }, 'the reactor waits');
      case 'parked':
      case 'refused again':
        return log?.error({ ...told, position: String(news.event.position) }, 'an event is parked');
      case 'returned':
        return log?.info({ ...told, position: String(news.event.position) }, 'a parked event was applied');
    }
  }
}
