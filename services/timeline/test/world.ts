import { randomUUID } from 'node:crypto';
import { type Channel, type DataOf, type Draft, type EventName, streamOf } from '@throughline/contracts';
import { follow, type Following, migrations as feedMigrations } from '@throughline/feed';
import { type Ledger, memoryLedger } from '@throughline/ledger';
import { connect, type Database, migrate } from '@throughline/postgres';
import { type KeyStore, memoryKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations, type Projection, projection } from '@throughline/read-model';
import { postgres } from '@throughline/testing';
import { reading, type Reading } from '../src/reading.ts';
import { search } from '../src/search/search.projector.ts';
import { timeline } from '../src/timeline.projector.ts';

/** The folder of the migrations of schema `timeline`. */
const migrations = new URL('../migrations', import.meta.url);

/** One interaction, as short as a spec can say it: `from` writes to `to`. */
export type Said = {
  readonly at: string;
  readonly from: string;
  readonly to?: readonly string[];
  readonly agents?: readonly string[];
  readonly text?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly accounts?: Readonly<Record<string, string>>;
  readonly channel?: Channel;
  readonly direction?: 'inbound' | 'outbound' | 'internal';
  readonly conversation?: string;
} & Partial<Pick<DataOf<'InteractionCaptured'>, 'kind' | 'automatic' | 'subject' | 'topic' | 'intent'>>;

export type World = {
  readonly ledger: Ledger;
  readonly db: Database;
  readonly projectorDb: Database;
  readonly vault: Vault;
  readonly keys: KeyStore;
  readonly projections: readonly Projection[];
  readonly followings: readonly Following[];
  /** Appends events as they are; answers their positions. */
  append(tenant: string, stream: string, drafts: readonly Partial<Draft>[]): Promise<bigint[]>;
  /** Captures interactions, each in its conversation's stream. Answers the events' ids. */
  say(tenant: string, ...said: readonly Said[]): Promise<string[]>;
  /** Resolves when all that was appended can be read. */
  caughtUp(): Promise<void>;
  read<T>(tenant: string, query: (reading: Reading) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

const seconds = 20_000;

/** What a world can share with another one, and how many events its projections take at once. */
export type Shared = { readonly ledger?: Ledger; readonly keys?: KeyStore; readonly limit?: number };

/** A database, a ledger in memory and the projections at work. */
export const world = async (shared: Shared = {}): Promise<World> => {
  const urls = await postgres();
  const schemas = { read_model: readModelMigrations, feed: feedMigrations, timeline: migrations };
  for (const [schema, dir] of Object.entries(schemas)) await migrate({ url: urls.owner, dir, schema });
  const db = connect({ url: urls.service, application: 'spec' });
  const projectorDb = connect({ url: urls.projector, application: 'spec' });
  const keys = shared.keys ?? memoryKeyStore();
  const vault = new Vault(keys);
  const ledger = shared.ledger ?? memoryLedger();
  const projections = [timeline, search(vault, keys)].map((projector) =>
    projection(projector as typeof timeline, { db: projectorDb }),
  );
  const followings = projections.map((one) => follow(ledger, one, { limit: shared.limit }));

  const append: World['append'] = async (tenant, stream, drafts) => {
    const whole = drafts.map((draft) => ({
      id: randomUUID(),
      occurredAt: '2026-05-04T09:30:00Z',
      meta: { actor: 'spec' },
      ...draft,
    }));
    const sealed = await vault.seal(tenant, whole as Draft[]);
    const [outcome] = await ledger.append([
      { tenant, stream, expected: 'any', events: sealed.map(({ event }) => event) },
    ]);
    if (outcome?.is !== 'appended') throw new Error(`not appended: ${JSON.stringify(outcome)}`);
    return [...outcome.positions];
  };

  return {
    ledger,
    db,
    projectorDb,
    vault,
    keys,
    projections,
    followings,
    append,
    say: async (tenant, ...said) => {
      const ids: string[] = [];
      for (const one of said) {
        const data = captured(vault, tenant, one);
        const draft = { id: randomUUID(), type: 'InteractionCaptured', occurredAt: one.at, data } as Draft;
        await append(tenant, streamOf.conversation(data.conversation), [draft]);
        ids.push(draft.id);
      }
      return ids;
    },
    caughtUp: async () => {
      const head = await ledger.head();
      for (const one of followings)
        if (!(await one.waitFor(head, seconds))) throw one.lastError ?? new Error(`${one.name} is not there`);
    },
    read: (tenant, query) => reading({ db, vault }, tenant, query),
    close: async () => {
      await Promise.all(followings.map((one) => one.stop()));
      if (!shared.ledger) await ledger.close();
      await Promise.all([db.close(), projectorDb.close()]);
      if (!shared.keys) keys.close();
      await urls.drop();
    },
  };
};

const captured = (vault: Vault, tenant: string, said: Said): DataOf<'InteractionCaptured'> => {
  const { at: _, from, to = [], agents = [], names = {}, accounts = {}, conversation = from, ...rest } = said;
  const everybody = [from, ...to.filter((one) => one !== from)];
  const account = (key: string) => ({ id: vault.accountId(tenant, key), key, name: `${key} Ltd` });
  return {
    source: 'spec',
    channel: 'email',
    direction: agents.includes(from) ? 'outbound' : 'inbound',
    ...rest,
    conversation: vault.conversationId(tenant, 'spec', conversation),
    author: 0,
    participants: everybody.map((handle) => ({
      id: vault.handleId(tenant, handle),
      handle,
      role: agents.includes(handle) ? ('agent' as const) : ('customer' as const),
      ...(names[handle] && { name: names[handle] }),
      ...(accounts[handle] && { account: account(accounts[handle]) }),
    })),
    declared: { key: randomUUID(), conversation },
  };
};

/** An event of a name, to be appended. */
export const event = <Name extends EventName>(
  type: Name,
  data: DataOf<Name>,
  more: Partial<Draft> = {},
): Partial<Draft> => ({ type, data, ...more }) as Partial<Draft>;
