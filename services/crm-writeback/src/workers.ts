import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { run, type Running } from '@throughline/read-model';
import { Connections } from './connection/connection.query.ts';
import { openConnections, type OpenConnections } from './connection/opened.ts';
import { type Reader, startReader } from './context/reader.ts';
import { planner } from './delivery/delivery.reactor.ts';
import { startWorker, type Worker } from './delivery/worker.ts';
import { settings, type Settings, sources, type Sources } from './sources.ts';
import { writebackProjector } from './writeback.projector.ts';

// What is not answered by then is left as if the process had been killed: whoever goes on looks what became of it.
const drainMs = 2_000;
// Nobody waits at a screen for what is written to a CRM.
const restMs = 100;

/** All that works by itself: the planner, the rows, the worker that writes, the reader that asks; from start to end of the process. */
@Injectable()
export class Workers implements OnApplicationBootstrap, OnApplicationShutdown {
  /** What runs here, once the process works: what plans, and the rows that are made of it. */
  running: readonly Running[] = [];
  readonly #stopping = new AbortController();
  private opened: OpenConnections | undefined;
  private worker: Worker | undefined;
  private reader: Reader | undefined;

  constructor(
    @Inject(sources) private readonly sources: Sources,
    @Inject(settings) private readonly settings: Settings,
    private readonly connections: Connections,
  ) {}

  onApplicationBootstrap(): void {
    const { ledger, feed, projectorDb: db, log } = this.sources;
    const { sources, settings, connections } = this;
    const fed = { feed, ledger, db, log };
    const planning = run(planner({ ...sources, stopping: this.#stopping.signal }), fed, { restMs });
    const rows = run(writebackProjector, fed, { restMs });
    this.running = [planning, rows];
    this.opened = openConnections(connections, settings);
    const deps = { ...sources, settings, connections, opened: this.opened };
    this.worker = startWorker({ ...deps, random: Math.random });
    this.reader = startReader(deps);
    rows.following.watch(() => {
      this.worker?.wake();
      this.reader?.wake();
    });
  }

  /** Looks now for something to be written. */
  wake(): void {
    this.worker?.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.worker?.stop(drainMs), this.reader?.stop(drainMs)]);
    await Promise.all(this.running.map((one) => one.stop()));
    await this.opened?.close();
  }
}
