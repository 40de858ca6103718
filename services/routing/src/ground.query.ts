import type { DataOf } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Agent, Team } from './matter/assignment.ts';
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
