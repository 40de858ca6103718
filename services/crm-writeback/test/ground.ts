import { randomUUID } from 'node:crypto';
import { type DataOf, type Draft, type EventName, streamOf } from '@throughline/contracts';
import { follow, ledgerFeed, migrations as feedMigrations } from '@throughline/feed';
import { boot, logger } from '@throughline/host';
import { identityProjector, migrations as identityMigrations } from '@throughline/identity';
import { memoryLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { memoryKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations, projection } from '@throughline/read-model';
import { eventually, postgres } from '@throughline/testing';
import {
  CrmWritebackModule,
  crmWritebackProblems,
  migrations as writebackMigrations,
  type Settings,
  Workers,
} from '../src/index.ts';

const schemas = {
  read_model: readModelMigrations,
  feed: feedMigrations,
  identity: identityMigrations,
  writeback: writebackMigrations,
};

type Channel = DataOf<'InteractionCaptured'>['channel'];

/** One interaction, as short as a spec can say it: the first writes. A handle of `@acme.example` is one of ours. */
export type Said = {
  readonly by: string;
  readonly to?: readonly string[];
  readonly text?: string;
  readonly subject?: string;
  readonly at?: string;
  readonly channel?: Channel;
  readonly conversation: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly also?: readonly string[];
  readonly backfill?: boolean;
  readonly automatic?: boolean;
};

/** What a spec may see of any answer; it knows which one it looks at. */
export type Body = {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly detail: string;
  readonly waits: string;
  readonly attempts: number;
  readonly code: string;
  readonly ok: boolean;
  readonly findings: { what: string; ok: boolean; detail?: string }[];
  readonly errors: { pointer: string; reason: string }[];
  readonly items: (Body & {
    record: string;
    customer: string;
    crm: string;
    name: string;
    once: string;
    made: string;
    remote: string;
  })[];
  readonly nextCursor: string | null;
};

const fast: Partial<Settings> = {
  // A busy machine is no CRM that hangs: whoever wants one says so.
  timeoutMs: 30_000,
  leaseMs: 60_000,
  pollMs: 40,
  publicUrl: 'https://throughline.example',
};

const isOurs = (handle: string): boolean => handle.endsWith('@acme.example');

/** crm-writeback on a database of its own and a ledger in memory; `more()` starts another replica on the same. */
export const ground = async (how: Partial<Settings> = {}) => {
  const urls = await postgres(schemas);
  const db = connect({ url: urls.service, application: 'spec' });
  const projectorDb = connect({ url: urls.projector, application: 'spec' });
  const keys = memoryKeyStore();
  const vault = new Vault(keys);
  const ledger = memoryLedger();
  const feed = ledgerFeed(ledger);
  const identity = follow(ledger, projection(identityProjector, { db: projectorDb }), { pollMs: 20 });
  const log = logger('spec', process.env.SPEC_LOG ?? 'silent');

  const replica = () =>
    boot({
      name: 'crm-writeback',
      modules: [
        CrmWritebackModule.of({
          ledger,
          feed,
          db,
          projectorDb,
          vault,
          keys,
          now: () => new Date(),
          log,
          ...fast,
          ...how,
        }),
      ],
      http: { host: '127.0.0.1', port: 0 },
      tenants: { exists: async (tenant) => tenant === 'default' || tenant === 'other' },
      problems: crmWritebackProblems,
      log,
    });
  const running = [await replica()];

  const ask = async (path: string, init: { method?: string; json?: unknown; tenant?: string; key?: string } = {}) => {
    const { json, tenant = 'default', key } = init;
    const response = await fetch(`${running[0]!.urls.http}${path}`, {
      method: init.method ?? (json === undefined ? 'GET' : 'POST'),
      headers: {
        'x-tenant': tenant,
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      body: json === undefined ? undefined : JSON.stringify(json),
    });
    const text = await response.text();
    return { status: response.status, text, body: (text === '' ? undefined : JSON.parse(text)) as Body };
  };

  const append = async <Name extends EventName>(
    tenant: string,
    stream: string,
    type: Name,
    data: DataOf<Name>,
    at: string,
    id = randomUUID(),
  ) => {
    const draft = { type, data, id, occurredAt: at, meta: { actor: 'spec' } } as unknown as Draft;
    const [sealed] = await vault.seal(tenant, [draft]);
    const [outcome] = await ledger.append([
      { tenant, stream, expected: 'any', events: [sealed!.event], sealedUnder: sealed!.sealedUnder },
    ]);
    if (outcome?.is !== 'appended') throw new Error(`not appended: ${JSON.stringify(outcome?.is)}`);
    return outcome.positions[0]!;
  };

  const idOf = (handle: string, tenant = 'default'): string => vault.handleId(tenant, handle);
  const conversationOf = (name: string, tenant = 'default'): string => vault.conversationId(tenant, 'spec', name);
  const partyOf = (handle: string, tenant = 'default') => ({ id: idOf(handle, tenant), handle });

  const say = async (said: Said, tenant = 'default') => {
    const {
      by,
      to = ['email:bo@acme.example'],
      at = '2026-05-04T09:30:00Z',
      channel = 'chat',
      names = {},
      also,
    } = said;
    const data: DataOf<'InteractionCaptured'> = {
      source: 'spec',
      channel,
      direction: isOurs(by) ? 'outbound' : 'inbound',
      conversation: conversationOf(said.conversation, tenant),
      author: 0,
      participants: [by, ...to].map((handle, nth) => ({
        ...partyOf(handle, tenant),
        role: isOurs(handle) ? ('agent' as const) : ('customer' as const),
        ...(names[handle] !== undefined && { name: names[handle] }),
        ...(also && nth === 0 && { also: also.map((other) => ({ ...partyOf(other, tenant), verified: true })) }),
      })),
      declared: { key: randomUUID(), conversation: said.conversation },
      ...(said.text !== undefined && { text: said.text }),
      ...(said.subject !== undefined && { subject: said.subject }),
      ...(said.backfill && { backfill: true }),
      ...(said.automatic && { automatic: true }),
    };
    const id = randomUUID();
    await append(tenant, streamOf.conversation(data.conversation), 'InteractionCaptured', data, at, id);
    return { id, conversation: data.conversation };
  };

  const withdraw = ({ id: interaction, conversation }: { readonly id: string; readonly conversation: string }) => {
    const data = { interaction, conversation, owners: [], change: 'withdrawn' as const };
    return append('default', streamOf.conversation(conversation), 'InteractionAmended', data, new Date().toISOString());
  };

  const end = async (
    conversation: string,
    session = 1,
    more: Partial<DataOf<'SessionEnded'>> & { tenant?: string } = {},
  ) => {
    const { at = '2026-05-04T09:50:00Z', by = 'hand', tenant = 'default', ...told } = more;
    const id = conversationOf(conversation, tenant);
    const data = { ...told, conversation: id, session, by, at };
    return append(tenant, streamOf.conversation(id), 'SessionEnded', data, at);
  };

  const note = (handle: string, said: Partial<DataOf<'NoteWritten'>>, at = '2026-05-04T09:55:00Z') => {
    const id = randomUUID();
    return append(
      'default',
      streamOf.handle(idOf(handle)),
      'NoteWritten',
      { note: id, subject: idOf(handle), ...said },
      at,
      id,
    );
  };

  const schedule = async (handle: string, what: string, due = '2026-05-05T10:00:00Z') => {
    const task = randomUUID();
    const data = { task, subject: idOf(handle), what, owner: partyOf('email:bo@acme.example'), due };
    await append('default', streamOf.task(task), 'TaskScheduled', data, '2026-05-04T09:56:00Z');
    return task;
  };

  const handOn = (handle: string, task: string, to: string) =>
    append(
      'default',
      streamOf.task(task),
      'TaskHandedOn',
      { task, subject: idOf(handle), from: idOf('email:bo@acme.example'), to: partyOf(to), because: 'hand' },
      '2026-05-05T08:00:00Z',
    );

  const complete = (handle: string, task: string, outcome?: string) =>
    append(
      'default',
      streamOf.task(task),
      'TaskCompleted',
      { task, subject: idOf(handle), outcome },
      '2026-05-05T09:00:00Z',
    );

  /** Resolves once everything that follows is planned, and the rows tell it. */
  const planned = async () => {
    for (const app of running) {
      const followings = app.app.get(Workers).running.map(({ following }) => following);
      // What is planned from the head makes the head move once.
      for (let round = 0; round < 2; round += 1)
        for (const one of followings)
          if (!(await one.waitFor(await ledger.head(), 10_000)))
            throw one.lastError ?? new Error(`${one.name} is not there`);
    }
  };

  /** The deliveries, oldest first, once they are as expected. */
  const deliveries = async (query = '') => (await ask(`/v1/deliveries?limit=200${query}`)).body.items.toReversed();
  const settled = (within = 30_000) =>
    eventually(
      async () => {
        await planned();
        const all = await deliveries();
        const open = all.filter(({ state }) => state === 'open');
        if (open.length > 0) throw new Error(`still open: ${JSON.stringify(open)}`);
        return all;
      },
      { within },
    );

  /** The events of these types, opened, in the ledger's order. */
  const events = async (...types: EventName[]) =>
    vault.open('default', (await ledger.tail(0n, { limit: 100_000, tenant: 'default' })).filter(({ type }) => types.includes(type as EventName))); // prettier-ignore

  const close = async () => {
    for (const one of running) await one.close();
    await identity.stop();
    await ledger.close();
    await Promise.all([db.close(), projectorDb.close()]);
    keys.close();
    await urls.drop();
  };

  return {
    ledger,
    db,
    projectorDb,
    feed,
    keys,
    vault,
    ask,
    say,
    withdraw,
    end,
    note,
    schedule,
    handOn,
    complete,
    append,
    deliveries,
    planned,
    settled,
    events,
    idOf,
    conversationOf,
    close,
    urls,
    more: async () => void running.push(await replica()),
    connect: async (json: Record<string, unknown>) => {
      const { body, status, text } = await ask('/v1/connections', {
        json: {
          allowPrivate: true,
          name: 'crm',
          ...json,
        },
      });
      if (status !== 201) throw new Error(text);
      return body.id;
    },
  };
};

export type OnGround = Awaited<ReturnType<typeof ground>>;
