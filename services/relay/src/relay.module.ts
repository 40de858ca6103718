import { type DynamicModule, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type KafkaDriver, outages, relay, type Relaying, type RelayNews, type Topic } from '@throughline/feed';
import type { Log } from '@throughline/host';
import type { Sources } from '@throughline/service';
import { observe, reading } from '@throughline/telemetry';
import { tracedDriver } from './traced.ts';

/** From where to where the relay brings events. */
export type RelayModuleOptions = Pick<Sources, 'ledger' | 'projectorDb' | 'log'> & {
  /** Closed with the module. */
  readonly kafka: KafkaDriver;
  readonly topic: Topic;
};

const toldTo = (log: Log | undefined) => {
  const outage = outages(log, {}, { gone: 'the relay waits', back: 'the relay goes on' });
  return (news: RelayNews): void => {
    switch (news.is) {
      case 'leading':
        return log?.info({ term: news.term }, 'this relay is at work');
      case 'lost':
        return log?.warn({ term: news.term }, 'this relay stands by: its lease is over');
      case 'retrying':
        return outage.failed(news.error);
      case 'recovered':
        return outage.worked();
    }
  };
};

/** The relay of this process. */
@Injectable()
export class Relay implements OnApplicationShutdown {
  private constructor(
    readonly relaying: Relaying,
    private readonly end: () => Promise<void>,
  ) {}

  static async start({ ledger, projectorDb: db, log, kafka, topic }: RelayModuleOptions): Promise<Relay> {
    const relaying = await relay({ ledger, db, kafka: tracedDriver(kafka), topic, onNews: toldTo(log) });
    const unobserve = observe(async () => {
      const { events, seconds } = await relaying.lag();
      return [
        reading('throughline_relay_age_seconds', seconds, {}),
        reading('throughline_feed_lag_events', events, { consumer: 'relay' }),
        reading('throughline_feed_lag_seconds', seconds, { consumer: 'relay' }),
        reading('throughline_feed_retries_total', relaying.counts.retries, { consumer: 'relay' }),
      ];
    });
    return new Relay(relaying, async () => {
      unobserve();
      await relaying.stop();
      await kafka.close();
    });
  }

  /** For readiness: throws what the relay fails with, while it does. One that stands by is well. */
  requireWell(): void {
    const { state, lastError } = this.relaying;
    if (state === 'failing') throw lastError;
  }

  onApplicationShutdown(): Promise<void> {
    return this.end();
  }
}

/** The relay as a module, for a process of its own or any other one. It begins when the module is made. */
@Module({})
export class RelayModule {
  static of(options: RelayModuleOptions): DynamicModule {
    return {
      module: RelayModule,
      providers: [{ provide: Relay, useFactory: () => Relay.start(options) }],
      exports: [Relay],
    };
  }
}
