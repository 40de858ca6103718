import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { follow, type Following, type News } from '@throughline/feed';
import { projection } from '@throughline/read-model';
import { Connections } from './connection/connection.query.ts';
import { openConnections, type OpenConnections } from './connection/opened.ts';
import { type Reader, startReader } from './context/reader.ts';
import { planner } from './delivery/delivery.reactor.ts';
import { startWorker, type Worker } from './delivery/worker.ts';
import { settings, type Settings, sources, type Sources } from './sources.ts';
import { writebackProjector } from './writeback.projector.ts';

// What is not answered by then is left as if the process had been killed: whoever goes on looks what became of it.
const drainMs = 2_000;

/** All that works by itself: the planner, the rows, the worker that writes, the reader that asks; from start to end of the process. */
@Injectable()
export class Workers implements OnApplicationBootstrap, OnApplicationShutdown {
  /** What plans, and the rows that are made of it: for who waits for a position. */
  followings: readonly Following[] = [];
  private opened: OpenConnections | undefined;
  private worker: Worker | undefined;
  private reader: Reader | undefined;

  constructor(
    @Inject(sources) private readonly sources: Sources,
    @Inject(settings) private readonly settings: Settings,
    private readonly connections: Connections,
  ) {}

  onApplicationBootstrap(): void {
    const { ledger, projectorDb: db } = this.sources;
    const { sources, settings, connections } = this;
    const following = (name: string, of: Parameters<typeof follow>[1]) =>
      follow(ledger, of, { onNews: this.told(name) });
    const planning = following('writeback.planner', projection(planner(ledger), { db }));
    const rows = following('writeback', projection(writebackProjector, { db }));
    this.followings = [planning, rows];
    this.opened = openConnections(connections, settings);
    const deps = { ...sources, settings, connections, opened: this.opened };
    this.worker = startWorker({ ...deps, random: Math.random });
    this.reader = startReader(deps);
    rows.watch(() => {
      this.worker?.wake();
      this.reader?.wake();
    });
  }

  /** Looks now for something to be written. */
  wake(): void {
    this.worker?.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker?.stop(drainMs), this.reader?.stop(drainMs)]);
    await Promise.all(this.followings.map((one) => one.stop()));
    await this.opened?.close();
  }

  private told(consumer: string) {
    return (news: News): void => {
      const { log } = this.sources;
      switch (news.is) {
        case 'retrying':
          return log?.warn({ consumer, err: news.error, attempt: news.attempt }, 'a consumer waits');
        case 'parked':
        case 'refused again':
          return log?.error({ consumer, err: news.error, position: String(news.event.position) }, 'an event is parked');
        case 'returned':
          return log?.info({ consumer, position: String(news.event.position) }, 'a parked event was applied');
      }
    };
  }
}
