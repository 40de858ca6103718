import type { DataOf } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Vault } from '@throughline/privacy';
import { peopleOf } from '../person/person.query.ts';
import type { ListedAgent } from './agent.desk.ts';

type Row = {
  readonly data: string;
  readonly presence: ListedAgent['presence'] | null;
  readonly turns: number;
  readonly matters: number;
};

/** Which agents: of a team, one, or all. */
export type WhichAgents = {
  readonly team?: string;
  readonly agent?: string;
  readonly after?: string;
  readonly limit: number;
};

/** Agents who were not removed, by id, with what they have. */
export const agentsAfter = async (
  db: Client,
  vault: Pick<Vault, 'openSeals'>,
  tenant: string,
  { team, agent, after, limit }: WhichAgents,
): Promise<ListedAgent[]> => {
  const { rows } = await db.query<Row>({
    name: 'routing.agents_after',
    text: `select a.data::text, p.presence,
        (select count(*)::integer from routing.turn t where t.tenant = $1 and t.agent = a.agent) as turns,
        (select count(*)::integer from routing.matter m
          where m.tenant = $1 and m.agent = a.agent and m.state = 'owned') as matters
      from routing.agent a left join routing.presence p on p.tenant = $1 and p.agent = a.agent
      where a.tenant = $1 and not a.removed and ($2::text is null or a.data::jsonb->'teams' ? $2)
        and ($3::uuid is null or a.agent = $3) and ($4::uuid is null or a.agent > $4)
      order by a.agent limit $5`,
    values: [tenant, team, agent, after, limit],
  });
  const agents = rows.map(({ data, ...rest }) => ({ ...rest, ...(JSON.parse(data) as DataOf<'AgentDefined'>) }));
  const face = await peopleOf(db, vault, tenant, agents.map((one) => one.agent.id)); // prettier-ignore
  return agents.map(({ agent: { id }, teams, skills, languages, channels, capacity, presence, turns, matters }) => ({
    ...face(id),
    teams,
    skills,
    languages,
    channels,
    capacity,
    presence: presence ?? 'offline',
    turns,
    matters,
  }));
};
