import { LedgerServiceClient, LedgerServiceService } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import {
  TimelineServiceClient,
  TimelineServiceService,
} from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { credentials } from '@grpc/grpc-js';
import { boot } from '@throughline/host';
import { pino } from 'pino';
import { type Projections, projections, timelineProblems, TimelineModule } from '../src/index.ts';
import { ground, type Shared } from './ground.ts';

type Answer<Body> = { readonly status: number; readonly headers: Headers; readonly body: Body };

/** A ground with the read side served over HTTP and gRPC, at a moment that stands. */
export const served = async ({
  now = () => new Date('2026-06-01T00:00:00Z'),
  ...shared
}: Shared & { readonly now?: () => Date } = {}) => {
  const on = await ground(shared);
  const booted = await boot({
    name: 'spec',
    modules: [TimelineModule.of({ ...on, now })],
    http: { host: '127.0.0.1', port: 0 },
    grpc: {
      host: '127.0.0.1',
      port: 0,
      services: {
        'throughline.ledger.v1.LedgerService': LedgerServiceService,
        'throughline.timeline.v1.TimelineService': TimelineServiceService,
      },
    },
    tenants: { exists: async () => true },
    problems: timelineProblems,
    log: pino({ level: 'silent' }),
    drainMs: 2_000,
  });
  const running = booted.app.get<Projections>(projections);
  const client = new TimelineServiceClient(booted.urls.grpc!, credentials.createInsecure());
  const ledgerClient = new LedgerServiceClient(booted.urls.grpc!, credentials.createInsecure());
  const urlOf = (path: string): string => new URL(path, booted.urls.http).href;

  return {
    ...on,
    client,
    ledgerClient,
    urlOf,
    /** Asks as a tenant; redirects are answers. */
    get: async <Body = Record<string, unknown>>(tenant: string, path: string): Promise<Answer<Body>> => {
      const response = await fetch(urlOf(path), { headers: { 'x-tenant': tenant }, redirect: 'manual' });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as Body };
    },
    caughtUp: async () => {
      const head = await on.ledger.head();
      for (const { following } of Object.values(running))
        if (!(await following.waitFor(head, 20_000))) throw following.lastError ?? new Error(following.name);
    },
    close: async () => {
      client.close();
      ledgerClient.close();
      await booted.close();
      await on.close();
    },
  };
};

export type Served = Awaited<ReturnType<typeof served>>;
