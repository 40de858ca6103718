import type { DataOf } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Vault } from '@throughline/privacy';
import { peopleOf } from '../person/person.query.ts';
import type { ListedTeam } from './team.desk.ts';

type Row = {
  readonly data: string;
  readonly waiting: number;
  readonly waitingSince: string | null;
  readonly available: number;
  readonly agents: number;
};

/** Teams after a name, with what waits and who is there. */
export const teamsAfter = async (
  db: Client,
  vault: Pick<Vault, 'openSeals'>,
  tenant: string,
  { after, limit }: { after: string; limit: number },
): Promise<ListedTeam[]> => {
  const { rows } = await db.query<Row>({
    name: 'routing.teams_after',
    text: `select t.data::text, queue.waiting, queue.since as "waitingSince", members.available, members.agents
      from routing.team t cross join lateral (
        select count(*)::integer as waiting, min(m.at) as since from routing.matter m
        where m.tenant = $1 and m.team = t.team and m.state = 'queued'
      ) as queue cross join lateral (
        select count(*)::integer as agents, (count(*) filter (where p.presence = 'available'))::integer as available
        from routing.agent a left join routing.presence p on p.tenant = $1 and p.agent = a.agent
        where a.tenant = $1 and not a.removed and a.data::jsonb->'teams' ? t.team
      ) as members
      where t.tenant = $1 and t.team > $2 and t.data is not null order by t.team limit $3`,
    values: [tenant, after, limit],
  });
  const teams = rows.map(({ data, ...counts }) => ({ ...(JSON.parse(data) as DataOf<'TeamDefined'>), ...counts }));
  const face = await peopleOf(db, vault, tenant, teams.map(({ fallback }) => fallback?.id)); // prettier-ignore
  return teams.map(
    ({
      team,
      name,
      channels,
      kinds,
      languages,
      skills,
      fallback,
      waits,
      offers,
      waiting,
      waitingSince,
      available,
      agents,
    }) => ({
      team,
      name,
      channels,
      kinds,
      languages,
      skills,
      ...(fallback && { fallback: face(fallback.id) }),
      waits,
      offers,
      waiting,
      waitingSince: waitingSince ?? undefined,
      available,
      agents,
    }),
  );
};
