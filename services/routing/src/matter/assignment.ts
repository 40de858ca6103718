import { after, type Channel, type DataOf, type Instant } from '@throughline/contracts';
import type { Routed } from './course.ts';
import type { Asked, Known } from './matter.ts';

export type Team = Omit<DataOf<'TeamDefined'>, 'fallback' | 'name'> & { readonly fallback?: string };

/** An agent as decisions see them; who was removed is remembered, so that nothing goes to them. */
export type Agent = Omit<DataOf<'AgentDefined'>, 'agent'> & {
  readonly agent: string;
  readonly presence: DataOf<'AgentPresenceChanged'>['presence'];
  readonly removed: boolean;
};

/** Who is responsible for a matter's customer: by hand, for the whole account, or as a CRM says. */
export type Owner = { readonly agent: string; readonly of: 'customer' | 'account' | 'crm' };

/** What an assignment is decided on. */
export type Ground = {
  readonly at: Instant;
  readonly teams: readonly Team[];
  readonly agents: ReadonlyMap<string, Agent>;
  readonly owner?: Owner;
};

type Decision = DataOf<'MatterAssigned'>['decision'];
type Alternative = Decision['alternatives'][number];

/** The team that serves what no other one does. It is always there, and can be defined as any other. */
export const lastTeam: Team = { team: 'default', waits: 'PT4H' };

/** Whether a person waits on it at this very moment. */
export const isLive = (channel: Channel): boolean => channel === 'phone' || channel === 'chat';

/** The skills that a matter could ask for, the most exact first: `hardware.screen`, `hardware`, `severity.1`. */
export const skillsAskedFor = ({ intent, severity }: Asked): string[] => {
  const parts = intent?.split('.') ?? [];
  const ofIntent = parts.map((_, at) => parts.slice(0, parts.length - at).join('.'));
  return [...ofIntent, ...(severity !== undefined ? [`severity.${severity}`] : [])];
};

const bySkill = (asked: Asked, teams: readonly Team[]): { team: Team; skill: string } | undefined => {
  for (const skill of skillsAskedFor(asked)) {
    const team = byName(teams).find(({ skills }) => skills?.includes(skill));
    if (team) return { team, skill };
  }
  return undefined;
};

const byName = (teams: readonly Team[]): Team[] => teams.toSorted((a, b) => (a.team < b.team ? -1 : 1));

/** The language without its region: `en-GB` is served by who serves `en`. */
export const speaks = (languages: readonly string[], language: string): boolean =>
  languages.some((one) => one.toLowerCase() === language.toLowerCase() || one === language.split('-')[0]);

/** How exactly a team is meant for this; undefined where it is not. Who only has skills gets only what asks for them. */
const exactness = ({ channels, kinds, languages, skills }: Team, asked: Asked): number | undefined => {
  const limits = [
    channels && channels.includes(asked.channel),
    kinds && asked.kind !== undefined && kinds.includes(asked.kind),
    languages && asked.language !== undefined && speaks(languages, asked.language),
  ].filter((limit) => limit !== undefined);
  if (limits.includes(false) || (limits.length === 0 && skills?.length)) return undefined;
  return limits.length;
};

/** The team that serves such a channel, kind and language: the one that is meant for it most exactly. */
const serving = (asked: Asked, teams: readonly Team[]): Team => {
  const fit = byName(teams)
    .map((team) => ({ team, exact: exactness(team, asked) }))
    .filter((one): one is { team: Team; exact: number } => one.exact !== undefined)
    .toSorted((a, b) => b.exact - a.exact);
  return fit[0]?.team ?? teams.find(({ team }) => team === lastTeam.team) ?? lastTeam;
};

/** Why somebody cannot have it; undefined where they can. Who is none of our agents can be an owner all the same. */
export const unfit = (agent: string, { agents }: Pick<Ground, 'agents'>, { channel }: Asked): string | undefined => {
  const known = agents.get(agent);
  if (!known) return undefined;
  if (known.removed) return 'removed';
  return isLive(channel) && known.presence !== 'available' ? known.presence : undefined;
};

/** Whether somebody is an agent of ours, and did not leave. Nobody else is a fallback, whatever a team says. */
export const isAgent = ({ agents }: Pick<Ground, 'agents'>, id: string): boolean => agents.get(id)?.removed === false;

/** Into the queue of a team. */
export const placeIn = (
  { team: { team, waits, fallback }, skill }: { team: Team; skill?: string },
  ground: Pick<Ground, 'at' | 'agents'>,
  decision: Decision,
): Routed => ({
  to: 'team',
  team,
  until: after(ground.at, waits),
  ...(fallback !== undefined && isAgent(ground, fallback) && { fallback }),
  ...(skill !== undefined && { skill }),
  decision,
});

/**
 * Where a matter goes, in this order: a skill that it asks for names the team; the current owner of the customer or
 * account; who had it last; the team that serves such channel, kind and language, where whose turn it is decides.
 */
export const assignment =
  (ground: Ground) =>
  ({ asked, holders }: Pick<Known, 'asked' | 'holders'>): Routed => {
    const { teams, owner } = ground;
    const holder = holders.at(-1)?.agent;
    const inputs = {
      ...asked,
      ...(owner && { owner: owner.agent, ownerOf: owner.of }),
      ...(holder !== undefined && { holder }),
    };
    const alternatives: Alternative[] = [];

    const skilled = bySkill(asked, teams);
    if (skilled) {
      const { team, skill } = skilled;
      return placeIn(skilled, ground, { rule: 'skill', inputs: { ...inputs, team: team.team, skill }, alternatives });
    }
    for (const [rule, agent] of [
      ['owner', owner?.agent],
      ['holder', holder],
    ] as const) {
      const why = agent === undefined ? 'nobody' : unfit(agent, ground, asked);
      if (agent !== undefined && why === undefined)
        return { to: 'agent', agent, decision: { rule, inputs, alternatives } };
      alternatives.push({ rule, ...(agent !== undefined && { agent }), why: why ?? 'nobody' });
    }
    const team = serving(asked, teams);
    return placeIn({ team }, ground, { rule: 'queue', inputs: { ...inputs, team: team.team }, alternatives });
  };
