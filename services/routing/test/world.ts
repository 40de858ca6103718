import { randomUUID } from 'node:crypto';
import { type DataOf, type Draft, type EventName, factId, type Recorded, streamOf } from '@throughline/contracts';
import { follow, type Following, migrations as feedMigrations } from '@throughline/feed';
import { identityProjector, linkId, migrations as identityMigrations } from '@throughline/identity';
import { type Ledger, memoryLedger, migrations as ledgerMigrations } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { memoryKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations, projection } from '@throughline/read-model';
import { postgres } from '@throughline/testing';
import { Router } from '../src/router.ts';
import { routingProjector } from '../src/routing.projector.ts';
import { routingReactor } from '../src/routing.reactor.ts';
import { taskReactor } from '../src/task/task.reactor.ts';

const schemas = {
  ledger: ledgerMigrations,
  read_model: readModelMigrations,
  feed: feedMigrations,
  identity: identityMigrations,
  routing: new URL('../migrations', import.meta.url),
};

type Captured = DataOf<'InteractionCaptured'>;

/** One thing that a customer says, as short as a spec can say it. */
export type Said = {
  readonly from?: string;
  readonly conversation?: string;
  readonly at?: string;
  readonly account?: string;
  readonly key?: string;
  /** Who of ours says it, where it is not the customer. */
  readonly by?: 'agent' | 'bot';
  /** Who of ours takes part in what the customer says. */
  readonly with?: string;
  /** Another handle of the customer, verified. */
  readonly also?: string;
} & Partial<Pick<Captured, 'channel' | 'kind' | 'intent' | 'severity' | 'language' | 'direction' | 'automatic' | 'backfill' | 'priority' | 'end'>>; // prettier-ignore

export type WorldOptions = {
  /** How many replicas of the reactor work beside each other. */
  readonly replicas?: number;
  /** Most events of a batch. */
  readonly limit?: number;
  readonly ledger?: (urls: { service: string; projector: string; owner: string }) => Promise<Ledger>;
};

/** Routing at work on a ledger, its rows and those of identity beside it. */
export const world = async ({ replicas = 1, limit, ledger: made }: WorldOptions = {}) => {
  const urls = await postgres(schemas);
  const ledger = made ? await made(urls) : memoryLedger();
  const db = connect({ url: urls.service, application: 'spec' });
  const projectorDb = connect({ url: urls.projector, application: 'spec', max: 20 });
  const keys = memoryKeyStore();
  const vault = new Vault(keys);
  const tenant = 'default';

  const rows = [routingProjector, identityProjector] as const;
  const followings: Following[] = [
    follow(ledger, projection(rows[0], { db: projectorDb }), { limit }),
    follow(ledger, projection(rows[1], { db: projectorDb }), { limit }),
  ];
  const routers = Array.from({ length: replicas }, () => new Router({ ledger, db: projectorDb }));
  for (const router of routers)
    followings.push(
      follow(ledger, projection(routingReactor(router), { db: projectorDb }), { limit }),
      follow(ledger, projection(taskReactor({ ledger, vault, keys }), { db: projectorDb }), { limit }),
    );

  const append = async (stream: string, drafts: readonly Partial<Draft>[]): Promise<void> => {
    const plain = { occurredAt: new Date().toISOString(), meta: { actor: 'spec' } };
    const whole = drafts.map((draft) => ({ id: randomUUID(), ...plain, ...draft }) as Draft);
    const events = (await vault.seal(tenant, whole)).map(({ event }) => event);
    const [outcome] = await ledger.append([{ tenant, stream, expected: 'any', events }]);
    if (outcome?.is !== 'appended' && outcome?.is !== 'duplicate') throw new Error(JSON.stringify(outcome));
  };
  const tell = <Name extends EventName>(stream: string, type: Name, data: DataOf<Name>): Promise<void> =>
    append(stream, [{ type, data } as Partial<Draft>]);
  const handle = (text: string): string => vault.handleId(tenant, text);
  const conversationOf = (text: string): string => vault.conversationId(tenant, 'spec', text);

  const say = async ({
    from = 'email:ann@example.com',
    conversation = from,
    account,
    at,
    key = randomUUID(),
    by,
    with: one,
    also,
    ...said
  }: Said = {}) => {
    const id = factId(tenant, 'spec', key);
    const data: Captured = {
      source: 'spec',
      channel: 'email',
      direction: by === undefined ? 'inbound' : 'outbound',
      ...said,
      conversation: conversationOf(conversation),
      author: by === undefined ? 0 : 1,
      participants: [
        {
          id: handle(from),
          role: 'customer',
          ...(account && { account: { id: vault.accountId(tenant, account) } }),
          ...(also && { also: [{ id: handle(also), verified: true }] }),
        },
        ...(by === undefined ? [] : [{ id: handle('email:bo@acme.example'), role: by }]),
        ...(one === undefined ? [] : [{ id: handle(one), role: 'agent' as const }]),
      ],
    };
    await append(streamOf.conversation(data.conversation), [
      { type: 'InteractionCaptured', id, data, ...(at && { occurredAt: at }) },
    ]);
    return id;
  };

  /** Resolves when nothing more follows from anything. */
  const settled = async (): Promise<bigint> => {
    for (;;) {
      const head = await ledger.head();
      for (const one of followings)
        if (!(await one.waitFor(head, 60_000))) throw one.lastError ?? new Error(`${one.name} is not there`);
      if ((await ledger.head()) === head) return head;
    }
  };

  return {
    tenant,
    urls,
    ledger,
    db,
    projectorDb,
    vault,
    keys,
    routers,
    followings,
    handle,
    conversationOf,
    append,
    tell,
    say,
    settled,
    team: (team: string, more: Partial<DataOf<'TeamDefined'>> = {}) =>
      tell(streamOf.team(team), 'TeamDefined', { team, waits: 'PT1H', ...more }),
    agent: async (text: string, more: Partial<DataOf<'AgentDefined'>> = {}): Promise<string> => {
      const agent = handle(text);
      await tell(streamOf.agent(agent), 'AgentDefined', {
        agent: { id: agent, handle: text },
        teams: ['support'],
        capacity: 100,
        ...more,
      });
      await tell(streamOf.agent(agent), 'AgentPresenceChanged', { agent, presence: 'available' });
      return agent;
    },
    owner: (of: 'customer' | 'account', subject: string, agent?: string) =>
      tell(of === 'customer' ? streamOf.handle(subject) : streamOf.account(subject), 'OwnerAssigned', {
        of,
        subject,
        ...(agent && { owner: { id: agent } }),
      }),
    link: (a: string, b: string) =>
      tell(streamOf.handle(a), 'HandlesLinked', {
        link: linkId(tenant, a, b),
        a: { id: a },
        b: { id: b },
        rule: 'by-hand',
        evidence: [],
        confidence: 1,
      }),
    retract: (a: string, b: string) =>
      tell(streamOf.handle(a), 'LinkRetracted', { link: linkId(tenant, a, b), a, b, subject: a }),
    /** All events that routing appended, by name. */
    events: async <Name extends EventName>(...names: Name[]): Promise<Recorded<Name>[]> => {
      const all: Recorded[] = [];
      for (let after = 0n; ;) {
        const page = await ledger.tail(after, { limit: 5_000 });
        if (page.length === 0) break;
        all.push(...(await vault.open(tenant, page)));
        after = page.at(-1)!.position;
      }
      return all.filter(({ type }) => (names as string[]).includes(type)) as unknown[] as Recorded<Name>[];
    },
    matters: async () => {
      const { rows } = await projectorDb.query<{
        matter: string; state: string; agent: string | null; team: string | null; rule: string; entry: number;
        until: string | null; asked: string; fallback: string | null;
      }>(`select matter, state, agent, team, rule, entry, until, asked::text, fallback from routing.matter where tenant = $1 order by since, matter`, [tenant]); // prettier-ignore
      return rows;
    },
    close: async () => {
      await Promise.all(followings.map((one) => one.stop()));
      await ledger.close();
      await Promise.all([db.close(), projectorDb.close()]);
      keys.close();
      await urls.drop();
    },
  };
};

export type World = Awaited<ReturnType<typeof world>>;
