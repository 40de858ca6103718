import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Following } from '@throughline/feed';
import { identityProjector } from '@throughline/identity';
import { run, type Running } from '@throughline/read-model';
import { closeQuiet, tellDue } from './matter/deadline.reactor.ts';
import { Router } from './router.ts';
import { routing, type RoutingOptions } from './routing.ts';
import { routingProjector } from './routing.projector.ts';
import { routingReactor } from './routing.reactor.ts';
import { taskReactor } from './task/task.reactor.ts';

const tickMs = 1_000;
const quietEvery = 600;
// A batch takes as long as what follows from it; who waits for their turn should not wait for two thousand others.
const batch = 500;
// Nobody waits for what follows of tasks.
const restMs = 100;

// The text of an error can quote what somebody wrote.
const codeOf = (error: Error & { code?: unknown }): unknown => error.code ?? error.name;

/** Routing's rows, its reactor and its clock at work, from start to end of the process. */
@Injectable()
export class Reactors implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly router: Router;
  readonly #stopping = new AbortController();
  /** What runs here, once the process works. */
  running: readonly Running[] = [];
  #clock: Promise<void> = Promise.resolve();

  constructor(@Inject(routing) private readonly options: RoutingOptions) {
    const { ledger, projectorDb: db } = options;
    this.router = new Router({ ledger, db });
  }

  /** What is fed here, once the process works. */
  get followings(): readonly Following[] {
    return this.running.map(({ following }) => following);
  }

  onApplicationBootstrap(): void {
    const { feed, ledger, projectorDb: db, log, projectsIdentity = false } = this.options;
    const deps = { feed, ledger, db, log };
    this.running = [
      run(routingProjector, deps),
      run(routingReactor(this.router, this.#stopping.signal), deps, { limit: batch }),
      run(taskReactor(this.options, this.#stopping.signal), deps, { limit: batch, restMs }),
      ...(projectsIdentity ? [run(identityProjector, deps)] : []),
    ];
    this.#clock = this.#tick();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.running.map((one) => one.stop()), this.#clock]);
  }

  async #tick(): Promise<void> {
    const { projectorDb: db, now = () => new Date(), log } = this.options;
    const { signal } = this.#stopping;
    const { router } = this;
    for (let nth = 0; !signal.aborted; nth += 1) {
      const isQuietTime = nth % quietEvery === quietEvery - 1;
      for (const due of [tellDue, ...(isQuietTime ? [closeQuiet] : [])])
        await due(router, db, now()).catch((error: unknown) =>
          log?.warn({ code: codeOf(error as Error) }, 'what is due could not be told; it is tried again'),
        );
      await pause(tickMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
