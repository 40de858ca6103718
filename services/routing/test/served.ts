import { randomUUID } from 'node:crypto';
import { credentials } from '@grpc/grpc-js';
import { type DataOf, type Draft, type Recorded, streamOf } from '@throughline/contracts';
import { RoutingServiceClient, RoutingServiceService } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { follow, ledgerFeed, migrations as feedMigrations } from '@throughline/feed';
import { boot } from '@throughline/host';
import { identityProjector, linkId, migrations as identityMigrations } from '@throughline/identity';
import { memoryLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { memoryKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations, projection } from '@throughline/read-model';
import { postgres } from '@throughline/testing';
import { pino } from 'pino';
import { migrations as routingMigrations, Reactors, RoutingModule, routingProblems } from '../src/index.ts';

const schemas = {
  read_model: readModelMigrations,
  feed: feedMigrations,
  identity: identityMigrations,
  routing: routingMigrations,
};

/** What somebody says, as short as a spec can say it. */
export type Said = {
  readonly from: string;
  readonly conversation?: string;
  readonly by?: string;
  readonly at?: string;
  readonly account?: string;
} & Partial<Pick<DataOf<'InteractionCaptured'>, 'channel' | 'intent' | 'kind' | 'text' | 'priority'>>;

type Got<Body> = { readonly status: number; readonly body: Body };
type Answer = { readonly status: number; readonly body: Record<string, unknown> & { readonly position: number } };

/** Routing served over HTTP and gRPC on a ledger in memory, with identity projected beside it. */
export const served = async ({ now }: { readonly now?: () => Date } = {}) => {
  const urls = await postgres(schemas);
  const db = connect({ url: urls.service, application: 'spec' });
  const projectorDb = connect({ url: urls.projector, application: 'spec' });
  const keys = memoryKeyStore();
  const vault = new Vault(keys);
  // One clock: what the feed brings is decided at the moment when it was recorded.
  const ledger = memoryLedger(now && { now: () => BigInt(now().getTime()) * 1_000n });
  const following = follow(ledger, projection(identityProjector, { db: projectorDb }));
  const accounts = new Set<string>();
  const booted = await boot({
    name: 'spec',
    modules: [
      RoutingModule.of({
        ledger,
        feed: ledgerFeed(ledger),
        db,
        projectorDb,
        vault,
        keys,
        now,
        accountExists: async (tenant, id) => accounts.has(`${tenant} ${id}`),
      }),
    ],
    http: { host: '127.0.0.1', port: 0 },
    grpc: {
      host: '127.0.0.1',
      port: 0,
      services: { 'throughline.routing.v1.RoutingService': RoutingServiceService },
    },
    tenants: { exists: async () => true },
    problems: routingProblems,
    log: pino({ level: 'silent' }),
    drainMs: 2_000,
  });
  const client = new RoutingServiceClient(booted.urls.grpc!, credentials.createInsecure());
  const id = (tenant: string, handle: string): string => vault.handleId(tenant, handle);

  const append = async (tenant: string, stream: string, draft: Partial<Draft>): Promise<void> => {
    const bare = { id: randomUUID(), occurredAt: '2026-05-04T00:00:00Z', meta: { actor: 'spec' } };
    const whole = { ...bare, ...draft } as Draft;
    const [sealed] = await vault.seal(tenant, [whole]);
    await ledger.append([{ tenant, stream, expected: 'any', events: [sealed!.event] }]);
  };

  return {
    ledger,
    projectorDb,
    vault,
    client,
    accounts,
    id,
    append,
    /** Captures an interaction of a customer, as history, from which nothing follows; answers the id of its handle. */
    customer: async (tenant: string, handle: string): Promise<string> => {
      const conversation = randomUUID();
      await append(tenant, streamOf.conversation(conversation), {
        type: 'InteractionCaptured',
        data: {
          source: 'spec',
          channel: 'chat',
          direction: 'inbound',
          backfill: true,
          conversation,
          author: 0,
          participants: [{ id: id(tenant, handle), handle, role: 'customer' }],
        },
      });
      return id(tenant, handle);
    },
    link: async (tenant: string, one: string, other: string): Promise<void> => {
      const [a, b] = [id(tenant, one), id(tenant, other)];
      const link = { link: linkId(tenant, a, b), rule: 'by-hand' as const, evidence: [], confidence: 1 };
      await append(tenant, streamOf.handle(a), {
        type: 'HandlesLinked',
        data: { ...link, a: { id: a }, b: { id: b } },
      });
      await following.waitFor(await ledger.head(), 20_000);
    },
    /** Captures what somebody says in a conversation; `by` one of ours where it is not the customer. */
    say: async (tenant: string, { from, conversation = from, by, at, account, ...said }: Said): Promise<void> => {
      const key = vault.conversationId(tenant, 'spec', conversation);
      const of = account === undefined ? {} : { account: { id: account } };
      const customer = { id: id(tenant, from), handle: from, role: 'customer' as const, ...of };
      const ours = by === undefined ? [] : [{ id: id(tenant, by), handle: by, role: 'agent' as const }];
      await append(tenant, streamOf.conversation(key), {
        type: 'InteractionCaptured',
        occurredAt: at ?? new Date().toISOString(),
        data: {
          source: 'spec',
          channel: 'chat',
          ...said,
          direction: by === undefined ? 'inbound' : 'outbound',
          conversation: key,
          author: by === undefined ? 0 : 1,
          participants: [customer, ...ours],
        },
      });
    },
    /** Resolves when nothing more follows from anything. */
    settled: async (): Promise<number> => {
      const { followings } = booted.app.get(Reactors);
      for (;;) {
        const head = await ledger.head();
        for (const one of [...followings, following])
          if (!(await one.waitFor(head, 20_000))) throw one.lastError ?? new Error(`${one.name} is not there`);
        if ((await ledger.head()) === head) return Number(head);
      }
    },
    ask: async <Body = Record<string, unknown>>(
      tenant: string,
      method: 'GET' | 'PUT' | 'POST' | 'DELETE',
      path: string,
      { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
    ): Promise<Got<Body>> => {
      const response = await fetch(new URL(path, booted.urls.http), {
        method,
        headers: {
          'x-tenant': tenant,
          'x-actor': 'bo',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Body };
    },
    post: async (
      tenant: string,
      path: string,
      body: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> => {
      const response = await fetch(new URL(path, booted.urls.http), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tenant': tenant, 'x-actor': 'bo', ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    },
    /** The events of a stream, opened. */
    read: async (tenant: string, stream: string): Promise<Recorded[]> =>
      vault.open(tenant, await ledger.read(tenant, stream)),
    close: async () => {
      client.close();
      await booted.close();
      await following.stop();
      await ledger.close();
      await Promise.all([db.close(), projectorDb.close()]);
      keys.close();
      await urls.drop();
    },
  };
};

export type Served = Awaited<ReturnType<typeof served>>;
