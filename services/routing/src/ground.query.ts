import type { DataOf } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Agent, Owner, Team } from './matter/assignment.ts';
import { type Policy, usualPolicy } from './matter/policy.ts';
import type { Calendar } from './promise/calendar.ts';
import { calendarsWith, type PromiseGround, type PromisePolicy, usualPromises } from './promise/policy.ts';

/** What a tenant's decisions are made on, whatever they are about. */
export type TenantGround = {
  readonly policy: Policy;
  readonly promises: PromiseGround;
  readonly teams: readonly Team[];
  readonly agents: ReadonlyMap<string, Agent>;
};

const teamOf = (data: DataOf<'TeamDefined'>): Team => {
  const { team, channels, kinds, languages, skills, fallback, waits, offers } = data;
  return { team, channels, kinds, languages, skills, waits, offers, fallback: fallback?.id };
};

type AgentRow = {
  readonly data: DataOf<'AgentDefined'>;
  readonly presence: Agent['presence'] | null;
  readonly removed: boolean;
};

const agentOf = ({ data, presence, removed }: AgentRow): Agent => {
  const { agent, teams, skills, languages, channels, capacity } = data;
  return { agent: agent.id, teams, skills, languages, channels, capacity, presence: presence ?? 'offline', removed };
};

/** Policies, calendars, teams and agents of a tenant, as the rows are. */
export const groundOf = async (db: Client, tenant: string): Promise<TenantGround> => {
  const { rows } = await db.query<Record<'policy' | 'promises' | 'calendars' | 'teams' | 'agents', string | null>>({
    name: 'routing.ground',
    text: `select
      (select data from routing.policy where tenant = $1 and noun = 'matter')::text as policy,
      (select data from routing.policy where tenant = $1 and noun = 'promise')::text as promises,
      (select json_agg(data) from routing.calendar where tenant = $1)::text as calendars,
      (select json_agg(data) from routing.team where tenant = $1 and data is not null)::text as teams,
      (select json_agg(json_build_object('data', a.data, 'presence', p.presence, 'removed', a.removed))
        from routing.agent a left join routing.presence p on p.tenant = a.tenant and p.agent = a.agent
        where a.tenant = $1)::text as agents`,
    values: [tenant],
  });
  const { policy, promises, calendars, teams, agents } = rows[0]!;
  return {
    policy: policy === null ? usualPolicy : (JSON.parse(policy) as Policy),
    promises: {
      policy: promises === null ? usualPromises : (JSON.parse(promises) as PromisePolicy),
      calendars: calendarsWith(JSON.parse(calendars ?? '[]') as Calendar[]),
    },
    teams: (JSON.parse(teams ?? '[]') as DataOf<'TeamDefined'>[]).map(teamOf),
    agents: new Map((JSON.parse(agents ?? '[]') as AgentRow[]).map(agentOf).map((agent) => [agent.agent, agent])),
  };
};

/** Who is responsible, and by which event. */
export type Responsible = Owner & { readonly position: bigint; readonly event: string };

/** Whose matter it is: a customer's, by one of its handles, and an account's. */
export type Whose = { readonly subject: string; readonly account?: string | null };

type OwnerRow = {
  readonly asked: string;
  readonly of: Owner['of'];
  readonly owner: string | null;
  readonly position: bigint;
  readonly event: string;
};

/**
 * The newest assignment of each customer (of all its handles, by hand or by a CRM) and account. A CRM that knows of no
 * owner takes none back that another one told of.
 */
const ownerRowsOf = async (db: Client, tenant: string, whose: readonly Whose[]): Promise<OwnerRow[]> => {
  const { rows } = await db.query<OwnerRow>({
    name: 'routing.ground.owners',
    text: `with handles as (
        select asked.id as asked, asked.id as handle from unnest($2::uuid[]) as asked (id)
        union
        select asked.id, h.handle from unnest($2::uuid[]) as asked (id)
        join identity.handle own on own.tenant = $1 and own.handle = asked.id
        join identity.handle h on h.tenant = $1 and h.customer = own.customer
      )
      select distinct on (asked, "of") asked, "of", owner, position, event from (
        select handles.asked, split_part(o."of", '.', 1) as "of", o.owner, o.position, o.event from handles
        join routing.owner o on o.tenant = $1 and o.subject = handles.handle
          and (o."of" = 'customer' or o."of" like 'crm.%' and o.owner is not null)
        union all
        select o.subject, o."of", o.owner, o.position, o.event from unnest($3::uuid[]) as accounts (id)
        join routing.owner o on o.tenant = $1 and o."of" = 'account' and o.subject = accounts.id
      ) as found order by asked, "of", position desc`,
    values: [
      tenant,
      [...new Set(whose.map(({ subject }) => subject))],
      [...new Set(whose.flatMap(({ account }) => account ?? []))],
    ],
  });
  return rows;
};

/**
 * Who is responsible for each: by hand for the customer, else as the CRM says, else for the account. Whoever was taken
 * back by hand is none, and the next one counts.
 */
export const responsibleFor = async (
  db: Client,
  tenant: string,
  whose: readonly Whose[],
): Promise<(one: Whose) => Responsible | undefined> => {
  const rows = whose.length > 0 ? await ownerRowsOf(db, tenant, whose) : [];
  const found = new Map(rows.map((row) => [`${row.of} ${row.asked}`, row]));
  return ({ subject, account }) => {
    for (const [of, id] of [
      ['customer', subject],
      ['crm', subject],
      ['account', account],
    ] as const) {
      const row = found.get(`${of} ${id}`);
      if (row?.owner) return { agent: row.owner, of, position: row.position, event: row.event };
    }
    return undefined;
  };
};
