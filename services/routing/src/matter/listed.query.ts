import { asked, type Instant, plainId, teamName, uuid } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Vault } from '@throughline/privacy';
import { z } from 'zod';
import { nil, person } from '../edge.ts';
import { peopleOf } from '../person/person.query.ts';
import { listedPromise, promisesAfter } from '../promise/listed.query.ts';
import { happenedBy, touchesOf } from './touch.ts';

export const matterStates = ['queued', 'offered', 'owned', 'closed'] as const;

/** A matter as callers see it. */
export const listedMatter = z.strictObject({
  id: uuid,
  state: z.enum(matterStates),
  customer: uuid.describe('The id of the handle that it belongs to; the customer is found under it.'),
  account: uuid.optional(),
  conversation: uuid
    .optional()
    .describe('The conversation that it began with; `/v1/gists` says in a line what it is about.'),
  asked: asked.describe('What the customer asked.'),
  agent: person.optional().describe('Who has it, or is asked to take it.'),
  team: teamName.optional(),
  until: z.string().optional().describe('By when it is out of the queue, or the offer lapses.'),
  fallback: person.optional().describe('Who has it then.'),
  dueAt: z.string().optional().describe('By when the first of the answers that are promised in it is due.'),
  since: z.string(),
  at: z.string().describe('Since when it is where it is.'),
  rule: z.string().optional(),
  outcome: plainId(64).optional(),
  position: z.int(),
});
export type ListedMatter = z.infer<typeof listedMatter>;

/** One matter with its conversations. */
export const wholeMatter = listedMatter.extend({
  conversations: z.array(z.strictObject({ id: uuid, channel: z.string().optional(), lastAt: z.string().optional() })),
  promises: z
    .array(listedPromise)
    .describe('The answers that were promised in it, those that count from latest first.'),
});
export type WholeMatter = z.infer<typeof wholeMatter>;

/** Which matters, `open` being all that are not closed. */
export type MatterFilter = {
  readonly state: (typeof matterStates)[number] | 'open' | 'all';
  readonly agent?: string;
  readonly team?: string;
  /** A handle's id: those of its customer. */
  readonly customer?: string;
  readonly account?: string;
};

type Row = {
  readonly matter: string;
  readonly state: ListedMatter['state'];
  readonly subject: string;
  readonly account: string | null;
  readonly conversation: string | null;
  readonly asked: string;
  readonly agent: string | null;
  readonly team: string | null;
  readonly until: Instant | null;
  readonly fallback: string | null;
  readonly dueAt: Instant | null;
  readonly since: Instant;
  readonly at: Instant;
  readonly rule: string | null;
  readonly outcome: string | null;
  readonly position: bigint;
};

const columns = `m.matter, m.state, m.subject, m.account, m.conversation, m.asked::text, m.agent, m.team, m.until, m.fallback, m.since, m.at,
  m.rule, m.outcome, m.position, (
    select min(p.due) from routing.promise p where p.tenant = m.tenant and p.matter = m.matter and p.state = 'open'
  ) as "dueAt"`;

/** A matter's place in lists: since when, then its id. */
export type Place = readonly [since: string, matter: string];

const isState = {
  open: `m.state <> 'closed'`,
  all: 'true',
  queued: `m.state = 'queued'`,
  offered: `m.state = 'offered'`,
  owned: `m.state = 'owned'`,
  closed: `m.state = 'closed'`,
};

/** Matters in the order in which they began. */
export const mattersAfter = async (
  db: Client,
  vault: Pick<Vault, 'openSeals'>,
  tenant: string,
  { state, agent, team, customer, account }: MatterFilter,
  { after, limit }: { after?: Place; limit: number },
): Promise<ListedMatter[]> => {
  const { rows } = await db.query<Row>({
    name: `routing.matters_after.${state}`,
    text: `select ${columns} from routing.matter m
      where m.tenant = $1 and m.state <> 'unrouted' and ${isState[state]}
        and ($2::uuid is null or m.agent = $2) and ($3::text is null or m.team = $3)
        and ($4::uuid is null or m.subject = $4 or m.subject in (
          select h.handle from identity.handle own join identity.handle h on h.tenant = $1 and h.customer = own.customer
          where own.tenant = $1 and own.handle = $4))
        and ($5::uuid is null or m.account = $5) and (m.since, m.matter) > ($6::timestamptz, $7::uuid)
      order by m.since, m.matter limit $8`,
    values: [tenant, agent, team, customer, account, after?.[0] ?? '-infinity', after?.[1] ?? nil, limit],
  });
  return shown(db, vault, tenant, rows);
};

/** A matter's place in a queue: how urgent, since when, then its id. */
export type PlaceInQueue = readonly [priority: number, since: string, matter: string];

/** Before the first of a queue. */
export const frontOfQueue: PlaceInQueue = [1_000, '-infinity', nil];

/** What waits in a team's queue or is offered from it, in the order in which it is given out. */
export const queueOf = async (
  db: Client,
  vault: Pick<Vault, 'openSeals'>,
  tenant: string,
  team: string,
  { after: [priority, since, matter], limit }: { after: PlaceInQueue; limit: number },
): Promise<{ readonly matter: ListedMatter; readonly place: PlaceInQueue }[]> => {
  const { rows } = await db.query<Row & { priority: number }>({
    name: 'routing.queue',
    text: `select ${columns}, m.priority from routing.matter m
      where m.tenant = $1 and m.team = $2 and m.state = 'queued'
        and (-m.priority, m.since, m.matter) > ($3::integer, $4::timestamptz, $5::uuid)
      order by m.priority desc, m.since, m.matter limit $6`,
    values: [tenant, team, -priority, since, matter, limit],
  });
  const matters = await shown(db, vault, tenant, rows);
  return matters.map((one, nth) => ({ matter: one, place: [rows[nth]!.priority, one.since, one.id] }));
};

const mostPromises = 20;

/** One matter, with what is promised in it as of an instant. */
export const matterOf = async (
  db: Client,
  vault: Pick<Vault, 'openSeals'>,
  tenant: string,
  id: string,
  asOf: Instant,
): Promise<WholeMatter | undefined> => {
  const { rows } = await db.query<Row>({
    name: 'routing.matter_of',
    text: `select ${columns} from routing.matter m where m.tenant = $1 and m.matter = $2 and m.state <> 'unrouted'`,
    values: [tenant, id],
  });
  const [matter] = await shown(db, vault, tenant, rows);
  if (!matter) return undefined;
  const conversations = await conversationsOf(db, tenant, id, asOf);
  const promises = await promisesAfter(db, vault, tenant, { matter: id, state: 'all', asOf }, { limit: mostPromises });
  return { ...matter, conversations, promises };
};

/** The conversations of a matter, the one first that was touched last by an instant. */
export const conversationsOf = async (
  db: Client,
  tenant: string,
  matter: string,
  asOf: Instant,
): Promise<WholeMatter['conversations']> => {
  const { rows } = await db.query<{ id: string; channel: string | null; lastAt: string | null }>({
    name: 'routing.conversations_of',
    text: `select c.conversation as id, last.channel, last.at as "lastAt" from routing.choice c
      left join lateral (
        select t.channel, case when ${happenedBy('$3::timestamptz')} then t.at end as at
        from ${touchesOf('$1', 'c.conversation')} t order by 2 desc nulls last, t.position desc limit 1
      ) as last on true
      where c.tenant = $1 and c.matter = $2 order by last.at desc nulls last, c.conversation limit 1000`,
    values: [tenant, matter, asOf],
  });
  return rows.map(({ id, channel, lastAt }) => ({
    id,
    ...(channel !== null && { channel }),
    ...(lastAt !== null && { lastAt }),
  }));
};

const shown = async (
  db: Client,
  vault: Pick<Vault, 'openSeals'>,
  tenant: string,
  rows: readonly Row[],
): Promise<ListedMatter[]> => {
  const face = await peopleOf(db, vault, tenant, rows.flatMap(({ agent, fallback }) => [agent, fallback])); // prettier-ignore
  return rows.map((row) => ({
    id: row.matter,
    state: row.state,
    customer: row.subject,
    account: row.account ?? undefined,
    conversation: row.conversation ?? undefined,
    asked: JSON.parse(row.asked) as ListedMatter['asked'],
    agent: row.agent === null ? undefined : face(row.agent),
    team: row.team ?? undefined,
    until: row.until ?? undefined,
    fallback: row.fallback === null || row.state !== 'queued' ? undefined : face(row.fallback),
    dueAt: row.dueAt ?? undefined,
    since: row.since,
    at: row.at,
    rule: row.rule ?? undefined,
    outcome: row.outcome ?? undefined,
    position: Number(row.position),
  }));
};
