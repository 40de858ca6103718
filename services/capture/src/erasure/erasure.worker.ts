import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { dropLeft } from '@throughline/read-model';
import { beside } from '@throughline/service';
import { Quarantine } from '../quarantine/quarantine.query.ts';
import { type Sources, sources } from '../sources.ts';
import { advance, type Deps, eraseAgain, type ErasureSettings } from './erasing.ts';
import { openErasures } from './erasure.query.ts';

/** Under this Nest injects the {@link ErasureSettings}. */
export const erasureSettings = Symbol('capture.erasureSettings');

const tickMs = 1_000;
const most = 50;
// Who works on what stands beside a projection brings it on within moments.
const stillSeconds = 10;

/**
 * Brings what is to be erased to its end, from start to end of the process. Where it stands is in the ledger and in the
 * rows alone: several processes may work on it at once, and any of them goes on where another one was killed.
 */
@Injectable()
export class ErasureWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly deps: Deps;
  readonly #dropLeft: ReturnType<typeof dropLeft>;
  readonly #stopping = new AbortController();
  #working: Promise<void> = Promise.resolve();
  #isAllErased = false;

  constructor(
    @Inject(sources) given: Sources,
    @Inject(erasureSettings) settings: ErasureSettings,
    quarantine: Quarantine,
  ) {
    this.deps = { ...given, settings, quarantine, recordsOf: (...of) => beside(given.db).recordsOf(...of) };
    this.#dropLeft = dropLeft(given.projectorDb, Math.max(stillSeconds, settings.ERASURE_SETTLES) * 1_000);
  }

  async onApplicationBootstrap(): Promise<void> {
    // Before this process answers anybody.
    await this.#eraseAgain().catch((error: Error) => this.#told(error));
    this.#working = this.#work();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#round(signal).catch((error: Error & { code?: unknown }) => this.#told(error));
      await pause(tickMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    await this.#eraseAgain();
    const open = await openErasures(this.deps.projectorDb, most);
    for (const projection of await this.#dropLeft(open.map(({ position }) => position)))
      this.deps.log?.warn({ projection }, 'what stood beside was dropped: nobody brought it past an erasure');
    for (const row of open) {
      if (signal.aborted) return;
      // One that cannot go on must not hold up the others.
      await advance(this.deps, row).catch((error: Error) => this.#told(error));
    }
  }

  /** Once: keys are brought back while no process has them. */
  async #eraseAgain(): Promise<void> {
    if (this.#isAllErased) return;
    const people = await eraseAgain(this.deps);
    this.#isAllErased = true;
    if (people > 0)
      this.deps.log?.warn({ people }, 'older keys were brought back: who was erased since is erased again');
  }

  #told(error: Error & { code?: unknown }): void {
    this.deps.log?.warn({ reason: error.code ?? error.name }, 'an erasure could not go on; it is tried again');
  }
}
