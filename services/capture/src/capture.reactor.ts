import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { run, type Running } from '@throughline/read-model';
import { observe, reading } from '@throughline/telemetry';
import { interactionPositions } from './amendment/interaction.projector.ts';
import { erasureProcess } from './erasure/erasure.projector.ts';
import { linkReactor } from './link/link.reactor.ts';
import { Quarantine } from './quarantine/quarantine.query.ts';
import { captureReactor } from './reactor.ts';
import { letExpire } from './retention/clock.ts';
import { tellQuiet } from './session/clock.ts';
import { sessionReactor } from './session/session.reactor.ts';
import { type Sources, sources } from './sources.ts';
import { threadReactor } from './thread/thread.reactor.ts';

/** Under this Nest injects how often, in seconds, it is looked for what fell silent; 0 for never. */
export const quietEvery = Symbol('capture.quietEvery');

// What expires does so by the quarter: hours are soon enough.
const retentionSeconds = 6 * 3_600;

/** Capture's reactor, its clock and its metric at work on the ledger, from start to end of the process. */
@Injectable()
export class CaptureReactor implements OnApplicationBootstrap, OnApplicationShutdown {
  /** What runs here, once the process works. */
  running: readonly Running[] = [];
  readonly #stopping = new AbortController();
  #clocks: readonly Promise<void>[] = [];
  #unobserve = (): void => {};

  constructor(
    @Inject(sources) private readonly sources: Sources,
    @Inject(quietEvery) private readonly seconds: number,
    private readonly quarantine: Quarantine,
  ) {}

  onApplicationBootstrap(): void {
    const { sources } = this;
    const { feed, ledger, projectorDb: db, log } = sources;
    const parts = [threadReactor(ledger), linkReactor(sources), sessionReactor(sources), interactionPositions, erasureProcess]; // prettier-ignore
    this.running = [run(captureReactor(parts), { feed, ledger, db, log })];
    this.#unobserve = observe(async () => [
      reading('throughline_quarantined_items', await this.quarantine.countAll(), {}),
    ]);
    if (this.seconds > 0)
      this.#clocks = [
        this.#every(this.seconds, () => tellQuiet(sources), 'ends of sessions could not be told'),
        this.#every(retentionSeconds, () => letExpire(sources), 'what is over its time could not expire'),
      ];
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    this.#unobserve();
    await Promise.all([...this.running.map((one) => one.stop()), ...this.#clocks]);
  }

  async #every(seconds: number, work: () => Promise<unknown>, trouble: string): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await pause(seconds * 1_000, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await work();
      } catch (err) {
        this.sources.log?.warn({ err }, `${trouble}; it is tried again`);
      }
    }
  }
}
