import type { Instant } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Asking, Candidate } from './choice.ts';
import type { Asked } from './matter.ts';
import { happenedBy, touchesOf } from './touch.ts';

/** Which matter a conversation is about, and in which customer's stream that stands. */
export type Choice = {
  readonly conversation: string;
  readonly matter: string;
  readonly subject: string;
  readonly account: string | null;
  /** What its matter asks, once that is opened. */
  readonly asked?: Asked;
  readonly isClosed: boolean;
  /** Where the ledger says that its customer is erased. */
  readonly erasedAt: bigint | null;
};

/** The choices of these conversations, by conversation. */
export const choicesOf = async (
  db: Client,
  tenant: string,
  conversations: readonly string[],
): Promise<ReadonlyMap<string, Choice>> => {
  const { rows } = await db.query<Omit<Choice, 'asked'> & { asked: string | null }>({
    name: 'routing.choices',
    text: `select c.conversation, c.matter, c.subject, m.account, m.asked::text, coalesce(m.state = 'closed', false) as "isClosed",
        gone.position as "erasedAt"
      from unnest($2::uuid[]) as asked (id)
      join routing.choice c on c.tenant = $1 and c.conversation = asked.id
      left join routing.matter m on m.tenant = $1 and m.matter = c.matter
      left join identity.handle gone on gone.tenant = $1 and gone.handle = c.subject and gone.erased`,
    values: [tenant, [...new Set(conversations)]],
  });
  return new Map(
    rows.map(({ asked, ...row }) => [
      row.conversation,
      { ...row, ...(asked !== null && { asked: JSON.parse(asked) as Asked }) },
    ]),
  );
};

/**
 * Up to which version these customers' streams are known to hold choices whose matters are known as well: 0 where they
 * hold none. What was chosen and is not opened yet is no candidate; who decides reads it in the stream.
 */
export const choiceVersions = async (
  db: Client,
  tenant: string,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await db.query<{ subject: string; version: number }>({
    name: 'routing.choice_versions',
    text: `select asked.id as subject,
        (select coalesce(min(c.version) filter (where m.matter is null) - 1, max(c.version)) from routing.choice c
          left join routing.matter m on m.tenant = $1 and m.matter = c.matter
          where c.tenant = $1 and c.subject = asked.id) as version
      from unnest($2::uuid[]) as asked (id)`,
    values: [tenant, subjects],
  });
  return new Map(rows.map(({ subject, version }) => [subject, version ?? 0]));
};

type CandidateRow = {
  readonly of: string;
  readonly matter: string;
  readonly asked: string;
  readonly isTicket: boolean | null;
  readonly lastTouch: Instant;
  readonly since: Instant;
  readonly evidence: string | null;
};

/** Who asks in a conversation, and when; `position` where only what was there when that was told is to count. */
type Look = Pick<Asking, 'conversation' | 'at'> & { readonly handle: string; readonly position?: bigint };

/**
 * The open matters of the customers (of all their handles) who ask in conversations, by the conversation, as touched when
 * it asks: what is to come by then is no touch. With a position, whoever is known as the customer since is none, and what
 * was closed then is not open.
 */
export const candidatesOf = async (
  db: Client,
  tenant: string,
  askings: readonly Look[],
): Promise<ReadonlyMap<string, readonly Candidate[]>> => {
  const { rows } = await db.query<CandidateRow>({
    name: 'routing.candidates',
    text: `with asked as (
        select * from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[]) as asked ("of", handle, at, told)
      ), handles as (
        select "of", handle, at, told from asked
        union
        select asked."of", h.handle, asked.at, asked.told from asked
        join identity.handle own on own.tenant = $1 and own.handle = asked.handle
        join identity.handle h on h.tenant = $1 and h.customer = own.customer
          and (asked.told is null or greatest(own.position, h.position) <= asked.told)
      )
      select handles."of", m.matter, m.asked::text, touched."isTicket", coalesce(touched.at, m.since) as "lastTouch", m.since,
        touched.event as evidence
      from handles join routing.matter m on m.tenant = $1 and m.subject = handles.handle and m.state <> 'closed'
      left join lateral (
        select max(t.at) as at, bool_or(t.channel = 'ticket') as "isTicket",
          (array_agg(t.event order by t.at desc, t.position desc))[1] as event
        from routing.choice c cross join lateral ${touchesOf('$1', 'c.conversation')} t
        where c.tenant = $1 and c.matter = m.matter and ${happenedBy('handles.at')}
      ) as touched on true
      where handles.told is null or 'closed' is distinct from (
        select s.state from routing.step s
        where s.tenant = $1 and s.matter = m.matter and s.position < handles.told and s.state is not null
        order by s.position desc limit 1)`,
    values: [
      tenant,
      askings.map(({ conversation }) => conversation),
      askings.map(({ handle }) => handle),
      askings.map(({ at }) => at),
      askings.map(({ position }) => position),
    ],
  });
  const candidates = rows.map((row) => ({ ...row, asked: JSON.parse(row.asked) as Asked }));
  return Map.groupBy(
    candidates.map(({ of, matter, asked, isTicket, lastTouch, since, evidence }) => ({
      of,
      matter,
      asked,
      isTicket: isTicket ?? asked.channel === 'ticket',
      lastTouch,
      since,
      ...(evidence !== null && { evidence }),
    })),
    ({ of }) => of,
  );
};

/** Where a matter is, as far as it takes to see that it is somewhere wrong. */
export type Standing = {
  readonly matter: string;
  readonly subject: string;
  readonly account: string | null;
  readonly state: 'unrouted' | 'queued' | 'offered' | 'owned' | 'closed';
  readonly agent: string | null;
  readonly team: string | null;
  readonly entry: number;
  /** Whether its customer is. */
  readonly isErased: boolean;
};

const standing = `m.matter, m.subject, m.account, m.state, m.agent, m.team, m.entry, exists (select from identity.handle gone
  where gone.tenant = m.tenant and gone.handle = m.subject and gone.erased) as "isErased"`;

/** Which open matters: by their ids, whose they are, who has them, or in which queue they wait. */
export type Which = {
  readonly matters?: readonly string[];
  /** Handles of customers; those that are the same customers' count as well. */
  readonly handles?: readonly string[];
  readonly accounts?: readonly string[];
  readonly agents?: readonly string[];
  readonly teams?: readonly string[];
};

/** The open matters that are one of these. */
export const standingsOf = async (db: Client, tenant: string, which: Which): Promise<readonly Standing[]> => {
  const { matters = [], handles = [], accounts = [], agents = [], teams = [] } = which;
  const { rows } = await db.query<Standing>({
    name: 'routing.standings',
    text: `select ${standing} from routing.matter m where m.tenant = $1 and m.matter = any($2::uuid[]) and m.state <> 'closed'
      union
      select ${standing} from unnest($3::uuid[]) as asked (id)
        join identity.handle own on own.tenant = $1 and own.handle = asked.id
        join identity.handle h on h.tenant = $1 and h.customer = own.customer
        join routing.matter m on m.tenant = $1 and m.subject = h.handle and m.state <> 'closed'
      union
      select ${standing} from unnest($3::uuid[]) as asked (id)
        join routing.matter m on m.tenant = $1 and m.subject = asked.id and m.state <> 'closed'
      union
      select ${standing} from routing.matter m
        where m.tenant = $1 and m.account = any($4::uuid[]) and m.state <> 'closed'
      union
      select ${standing} from routing.matter m where m.tenant = $1 and m.agent = any($5::uuid[]) and m.state <> 'closed'
      union
      select ${standing} from routing.matter m
        where m.tenant = $1 and m.team = any($6::text[]) and m.state in ('queued', 'offered')`,
    values: [tenant, matters, handles, accounts, agents, teams],
  });
  return rows;
};
