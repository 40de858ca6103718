import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { Intake } from '../interaction/intake.ts';
import { type Sources, sources } from '../sources.ts';
import { TenantDirectory } from '../tenant/tenant.query.ts';
import { type InboxDeps, type InboxNumbers, readInbox, type Reading } from './inbox.reader.ts';

/** The inbox as it is to be read in a process; Kafka stays the caller's to close. */
export type InboxOptions = Pick<InboxDeps, 'kafka' | 'channels' | 'allowed'>;

const options = Symbol('capture.inbox');

/** Reads the inbox, from start to end of the process. */
@Injectable()
export class Inbox implements OnApplicationBootstrap, OnApplicationShutdown {
  #reading: Reading | undefined;

  constructor(
    @Inject(options) private readonly options: InboxOptions,
    @Inject(sources) private readonly sources: Sources,
    private readonly intake: Intake,
    private readonly tenants: TenantDirectory,
  ) {}

  /** What was done here since the process began. */
  get numbers(): InboxNumbers | undefined {
    return this.#reading?.numbers;
  }

  onApplicationBootstrap(): void {
    const { options, intake, tenants } = this;
    const { now, log } = this.sources;
    this.#reading = readInbox({ ...options, intake, tenants, now, log });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#reading?.close();
  }
}

/** What Nest has to make for an inbox to be read. */
export const inboxProviders = (given: InboxOptions): Provider[] => [{ provide: options, useValue: given }, Inbox];
