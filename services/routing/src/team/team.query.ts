import type { Client } from '@throughline/postgres';
import type { Known } from '../ask.ts';
import type { Asked } from '../matter/matter.ts';
import { type Serving, type TeamState, turnKey } from './team.ts';
import type { Waiting } from './turn.ts';

type Turns = readonly { readonly matter: string; readonly entry: number; readonly agent: string }[];
type Lasts = readonly { readonly agent: string; readonly version: number }[];

/** What a team has become, as far as the rows tell, and at which version that is. */
export const teamAsKnown = async (db: Client, tenant: string, team: string): Promise<Known<TeamState>> => {
  const { rows } = await db.query<{ version: number; turns: string | null; lasts: string | null }>({
    name: 'routing.team_as_known',
    text: `select s.version,
        (select json_agg(json_build_object('matter', t.matter, 'entry', t.entry, 'agent', t.agent)) from routing.turn t
          where t.tenant = $1 and t.team = $2)::text as turns,
        (select json_agg(json_build_object('agent', l.agent, 'version', l.version)) from routing.last_turn l
          where l.tenant = $1 and l.team = $2)::text as lasts
      from routing.team_stream s where s.tenant = $1 and s.team = $2`,
    values: [tenant, team],
  });
  const [row] = rows;
  if (!row) return { state: { taken: 0, agents: new Map() }, version: 0 };
  const turns = JSON.parse(row.turns ?? '[]') as Turns;
  const lasts = JSON.parse(row.lasts ?? '[]') as Lasts;
  const serving = (agent: string, last: number): Serving => ({
    last,
    turns: new Set(turns.filter((one) => one.agent === agent).map(({ matter, entry }) => turnKey(matter, entry))),
  });
  // Turns are numbered by the stream's versions so far: later ones have greater numbers.
  const agents = new Map(lasts.map(({ agent, version }) => [agent, serving(agent, version)]));
  return { state: { taken: row.version, agents }, version: row.version };
};

type WaitingRow = Omit<Waiting, 'asked' | 'skill'> & {
  readonly team: string;
  readonly asked: string;
  readonly skill: string | null;
};

/** What waits in teams' queues and is nobody's turn yet, by team: the most urgent first, then who waits longest. */
export const waitingIn = async (
  db: Client,
  tenant: string,
  teams: readonly string[],
  limit: number,
): Promise<(team: string) => readonly Waiting[]> => {
  const { rows } = await db.query<WaitingRow>({
    name: 'routing.waiting',
    text: `select asked.team, w.matter, w.entry, w.asked::text, w.skill, w.declined
      from unnest($2::text[]) as asked (team)
      cross join lateral (
        select m.matter, m.entry, m.asked, m.skill, m.declined from routing.matter m
        where m.tenant = $1 and m.team = asked.team and m.state = 'queued' and not exists (
          select from routing.turn t
          where t.tenant = $1 and t.team = m.team and t.matter = m.matter and t.entry = m.entry
        )
        order by m.priority desc, m.since, m.matter limit $3
      ) as w`,
    values: [tenant, teams, limit],
  });
  const byTeam = Map.groupBy(rows, ({ team }) => team);
  return (team) =>
    (byTeam.get(team) ?? []).map(({ matter, entry, asked, skill, declined }) => ({
      matter,
      entry,
      asked: JSON.parse(asked) as Asked,
      ...(skill !== null && { skill }),
      declined,
    }));
};

/** How many turns agents have in other teams than a team, by that. */
export const turnsElsewhere = async (
  db: Client,
  tenant: string,
  agents: readonly string[],
): Promise<(team: string) => ReadonlyMap<string, number>> => {
  if (agents.length === 0) return () => new Map();
  const { rows } = await db.query<{ agent: string; team: string; turns: number }>({
    name: 'routing.turns_elsewhere',
    text: `select agent, team, count(*)::integer as turns from routing.turn
      where tenant = $1 and agent = any($2::uuid[]) group by agent, team`,
    values: [tenant, agents],
  });
  return (team) => {
    const turns = new Map<string, number>();
    for (const one of rows) if (one.team !== team) turns.set(one.agent, (turns.get(one.agent) ?? 0) + one.turns);
    return turns;
  };
};

/** Whether there is a team of this name, or ever was. */
export const wasTeam = async (db: Client, tenant: string, team: string): Promise<boolean> => {
  const { rows } = await db.query({
    name: 'routing.was_team',
    text: 'select from routing.team where tenant = $1 and team = $2',
    values: [tenant, team],
  });
  return rows.length > 0;
};
