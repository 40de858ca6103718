import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { observe, reading, type Reading } from '@throughline/telemetry';
import { Intake } from '../interaction/intake.ts';
import { type Sources, sources } from '../sources.ts';
import { TenantDirectory } from '../tenant/tenant.query.ts';
import type { InboxOptions } from './inbox.config.ts';
import { type InboxNumbers, readInbox } from './inbox.reader.ts';

const options = Symbol('capture.inbox');

/** Reads the inbox, from start to end of the process. */
@Injectable()
export class Inbox implements OnApplicationBootstrap, OnApplicationShutdown {
  #close = async (): Promise<void> => {};

  constructor(
    @Inject(options) private readonly options: InboxOptions,
    @Inject(sources) private readonly sources: Sources,
    private readonly intake: Intake,
    private readonly tenants: TenantDirectory,
  ) {}

  onApplicationBootstrap(): void {
    const { options, intake, tenants } = this;
    const { now, log } = this.sources;
    const { numbers, close } = readInbox({ ...options, intake, tenants, now, log });
    const unobserve = observe(async () => readingsOf(numbers));
    this.#close = async () => {
      unobserve();
      await close();
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#close();
  }
}

const readingsOf = ({ captured, duplicate, refused, retries, behind }: InboxNumbers): Reading[] => [
  ...Object.entries({ captured, duplicate, refused }).map(([outcome, count]) =>
    reading('throughline_inbox_records_total', count, { outcome }),
  ),
  reading('throughline_inbox_retries_total', retries, {}),
  reading(
    'throughline_inbox_behind_records',
    behind.values().reduce((sum, count) => sum + count, 0),
    {},
  ),
];

/** What Nest has to make for an inbox to be read. */
export const inboxProviders = (given: InboxOptions): Provider[] => [{ provide: options, useValue: given }, Inbox];
