import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { follow, type Following, type News } from '@throughline/feed';
import type { Log } from '@throughline/host';
import { identityProjector } from '@throughline/identity';
import { projection, type Projection } from '@throughline/read-model';
import { closeQuiet, tellDue } from './matter/deadline.reactor.ts';
import { Router } from './router.ts';
import { routing, type RoutingOptions } from './routing.ts';
import { routingProjector } from './routing.projector.ts';
import { routingReactor } from './routing.reactor.ts';

const tickMs = 1_000;
const quietEvery = 600;
// A batch takes as long as what follows from it; who waits for their turn should not wait for two thousand others.
const batch = 500;

const told = (log: Log | undefined, consumer: string) => (news: News) => {
  switch (news.is) {
    case 'retrying':
      return log?.warn({ consumer, code: codeOf(news.error), attempt: news.attempt }, 'routing waits');
    case 'parked':
    case 'refused again':
      return log?.error({ consumer, position: String(news.event.position) }, 'an event is parked');
    case 'returned':
      return log?.info({ consumer, position: String(news.event.position) }, 'a parked event was heard');
  }
};

// The text of an error can quote what somebody wrote.
const codeOf = (error: Error & { code?: unknown }): unknown => error.code ?? error.name;

/** Routing's rows, its reactor and its clock at work, from start to end of the process. */
@Injectable()
export class Reactors implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly router: Router;
  readonly #stopping = new AbortController();
  #followings: readonly Following[] = [];
  #clock: Promise<void> = Promise.resolve();

  constructor(@Inject(routing) private readonly options: RoutingOptions) {
    const { ledger, projectorDb: db } = options;
    this.router = new Router({ ledger, db });
  }

  /** What is fed here, once the process works. */
  get followings(): readonly Following[] {
    return this.#followings;
  }

  onApplicationBootstrap(): void {
    const { ledger, projectorDb: db, log, projectsIdentity = false } = this.options;
    const fed = (one: Projection, limit?: number): Following =>
      follow(ledger, one, { onNews: told(log, one.name), ...(limit !== undefined && { limit }) });
    this.#followings = [
      fed(projection(routingProjector, { db })),
      fed(projection(routingReactor(this.router, this.#stopping.signal), { db }), batch),
      ...(projectsIdentity ? [fed(projection(identityProjector, { db }))] : []),
    ];
    this.#clock = this.#tick();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#followings.map((one) => one.stop()), this.#clock]);
  }

  async #tick(): Promise<void> {
    const { projectorDb: db, now = () => new Date(), log } = this.options;
    const { signal } = this.#stopping;
    const { router } = this;
    for (let nth = 0; !signal.aborted; nth += 1) {
      try {
        await tellDue(router, db, now());
        if (nth % quietEvery === quietEvery - 1) await closeQuiet(router, db, now());
      } catch (error) {
        log?.warn({ code: codeOf(error as Error) }, 'what is due could not be told; it is tried again');
      }
      await pause(tickMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
