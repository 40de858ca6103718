import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type DataOf, type Draft, type EventName, streamOf } from '@throughline/contracts';
import { identityProjector } from '@throughline/identity';
import { logger } from '@throughline/host';
import { migrateAll } from '@throughline/migrate';
import { openKeyStore } from '@throughline/privacy';
import { run } from '@throughline/read-model';
import { openSources } from '@throughline/service';
import type { Setting } from './drill.ts';

/** Something that a customer says. */
export type Said = Pick<DataOf<'InteractionCaptured'>, 'channel' | 'text' | 'intent'> & {
  readonly tenant?: string;
  readonly conversation: string;
  readonly customer: string;
  readonly at: string;
  /** Whether the session is over with it. */
  readonly ends?: boolean;
};

/** A database with everything in it, and somebody who appends as capture does; services can be started on it. */
export const ground = async ({ urls }: Pick<Setting, 'urls'>) => {
  await migrateAll(urls.owner);
  const folder = await mkdtemp(join(tmpdir(), 'throughline-drill-'));
  const keysAt = { url: `file:${join(folder, 'keys.sqlite')}`, kek: join(folder, 'kek') };
  const log = logger('drill', 'silent');
  const { sources, release } = await openSources({ name: 'drill', urls, keys: await openKeyStore(keysAt), log });
  const { ledger, feed, vault, projectorDb } = sources;
  const identity = run(identityProjector, { feed, ledger, db: projectorDb });

  const draftsOf = ({
    tenant = 'default',
    conversation: name,
    customer,
    channel,
    intent,
    text,
    at,
    ends = false,
  }: Said) => {
    const conversation = vault.conversationId(tenant, 'drill', name);
    const party = (handle: string, role: 'customer' | 'agent') => ({
      id: vault.handleId(tenant, handle),
      handle,
      role,
    });
    const said: DataOf<'InteractionCaptured'> = {
      source: 'drill',
      channel,
      direction: 'inbound',
      conversation,
      author: 0,
      participants: [party(customer, 'customer'), party('email:desk@acme.example', 'agent')],
      text,
      ...(intent !== undefined && { intent }),
    };
    const draft = <Name extends EventName>(type: Name, data: DataOf<Name>) =>
      ({ type, data, id: randomUUID(), occurredAt: at, meta: { actor: 'drill' } }) as unknown as Draft;
    const drafts = [draft('InteractionCaptured', said)];
    if (ends) drafts.push(draft('SessionEnded', { conversation, session: 1, by: 'channel', at }));
    return { tenant, conversation, drafts };
  };

  const commandOf = async (said: Said) => {
    const { tenant, conversation, drafts } = draftsOf(said);
    const sealed = await vault.seal(tenant, drafts);
    const events = sealed.map(({ event }) => event);
    const sealedUnder = sealed.flatMap((one) => one.sealedUnder);
    const command = {
      tenant,
      stream: streamOf.conversation(conversation),
      expected: 'none' as const,
      events,
      sealedUnder,
    };
    return { conversation, interaction: drafts[0]!.id, command };
  };

  /** Seals it all. Answers how it is said, all at once, which answers what was acknowledged. */
  const ready = async (all: readonly Said[]) => {
    const said = await Promise.all(all.map(commandOf));
    return async () => {
      const outcomes = await ledger.append(said.map(({ command }) => command));
      return said.filter((_, nth) => outcomes[nth]?.is === 'appended');
    };
  };

  /** Says it all at once. Answers what was acknowledged. */
  const sayAll = async (all: readonly Said[]) => (await ready(all))();

  return {
    ...sources,
    folder,
    ready,
    sayAll,
    /** Says something. Answers its conversation where that is acknowledged. */
    say: async (said: Said): Promise<string | undefined> => (await sayAll([said]))[0]?.conversation,
    /** Makes a tenant beside `default`. */
    makeTenant: async (name: string): Promise<void> =>
      void (await sources.db.query(`insert into capture.tenant (tenant, created_by) values ($1, 'drill')`, [name])),
    /** What a service of its own is started with. */
    env: {
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      LOG_LEVEL: 'fatal',
      DATABASE_URL: urls.service,
      PROJECTOR_URL: urls.projector,
      KEYS_URL: keysAt.url,
      KEYS_KEK: keysAt.kek,
    },
    /** Positions of the ledger that are missing. */
    holes: async (): Promise<number> => {
      const { rows } = await projectorDb.query<{ count: bigint }>('select count(*) as count from ledger.event');
      return Number((await ledger.head()) - rows[0]!.count);
    },
    /** Whether those whose names begin so have heard of everything. */
    isCaughtUp: async (names: string): Promise<boolean> => {
      const { rows } = await projectorDb.query<{ behind: boolean }>(
        `select bool_or(position < (select max(last_position) from ledger.batch)) as behind from read_model.checkpoint
         where projection like $1 or projection = 'identity'`,
        [`${names}%`],
      );
      return rows[0]?.behind === false;
    },
    close: async () => {
      await identity.stop();
      await release();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

export type Ground = Awaited<ReturnType<typeof ground>>;

/** Asks a service over HTTP; asks again as long as it is killed. */
export const asked = async (
  url: () => string,
  path: string,
  json: unknown,
  { tenant = 'default', method = 'POST' } = {},
) => {
  // prettier-ignore
  for (;;) {
    const headers = { 'content-type': 'application/json', 'x-tenant': tenant };
    const response = await fetch(`${url()}${path}`, { method, headers, body: JSON.stringify(json) });
    const text = await response.text();
    if (response.status < 300) return JSON.parse(text) as { readonly id: string };
    if (response.status < 500) throw new Error(`${path}: ${response.status} ${text}`);
    await pause(100);
  }
};

/** Resolves once `isDone`; throws what it tells after so long. */
export const until = async (
  isDone: () => Promise<boolean | string>,
  withinMs: number,
  tell: (line: string) => void,
) => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const done = await isDone();
    if (done === true) return;
    if (performance.now() > deadline) throw new Error(`it takes too long: ${String(done)}`);
    tell(String(done));
    await pause(1_000);
  }
};

/** The moment of the nth of many, in order: none of them is ahead of now, however many they are. */
export const momentOf = (nth: number): string =>
  new Date(Date.UTC(2006, 0, 1) + nth * 60_000).toISOString().replace('.000Z', 'Z');
