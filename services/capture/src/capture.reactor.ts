import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { projection, run, type Running } from '@throughline/read-model';
import { interactionPositions } from './amendment/interaction.projector.ts';
import { linkReactor } from './link/link.reactor.ts';
import { captureReactor } from './reactor.ts';
import { type Sources, sources } from './sources.ts';
import { threadReactor } from './thread/thread.reactor.ts';

/** Capture's reactor at work on the ledger, from start to end of the process. */
@Injectable()
export class CaptureReactor implements OnApplicationBootstrap, OnApplicationShutdown {
  /** What runs here, once the process works. */
  running: readonly Running[] = [];

  constructor(@Inject(sources) private readonly sources: Sources) {}

  onApplicationBootstrap(): void {
    const { sources } = this;
    const { log } = sources;
    const parts = [threadReactor(sources.ledger), linkReactor(sources), interactionPositions];
    this.running = [run(sources.ledger, projection(captureReactor(parts), { db: sources.projectorDb }), { log })];
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.map(({ following }) => following.stop()));
  }
}
