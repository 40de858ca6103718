import type { DataOf } from '@throughline/contracts';
import { type Agent, skillsAskedFor, speaks } from '../matter/assignment.ts';
import type { Asked } from '../matter/matter.ts';
import { holderOf, type TeamDecision, type TeamEvent, type TeamState, turnKey } from './team.ts';

/** A matter that waits in the team's queue. */
export type Waiting = {
  readonly matter: string;
  readonly entry: number;
  readonly asked: Asked;
  readonly skill?: string;
  readonly declined: readonly string[];
};

/** The team's agents, and how many turns each has in other teams. */
export type Pool = {
  readonly agents: readonly Agent[];
  readonly elsewhere: ReadonlyMap<string, number>;
};

type Alternative = DataOf<'TurnTaken'>['alternatives'][number];
type Busyness = { last: number; active: number };

/** Why an agent is not for a matter, whenever it is; undefined where they are. */
const unfit = (agent: Agent, { asked, skill, declined }: Waiting): string | undefined => {
  const { channels, languages, skills } = agent;
  if (declined.includes(agent.agent)) return 'declined';
  if (channels && !channels.includes(asked.channel)) return 'another channel';
  if (languages && asked.language !== undefined && !speaks(languages, asked.language)) return 'another language';
  if (skills && skill !== undefined && !skillsAskedFor(asked).some((one) => skills.includes(one)))
    return 'no such skill';
  return undefined;
};

/** Why an agent takes no turn now. */
const unavailable = ({ presence, capacity }: Agent, { active }: Busyness): string | undefined => {
  if (presence !== 'available') return presence;
  return active >= capacity ? 'full' : undefined;
};

type Candidates = { readonly fit: readonly Agent[]; readonly passed: readonly Alternative[] };

const candidates = (waiting: Waiting, agents: readonly Agent[], busyness: (agent: Agent) => Busyness): Candidates => {
  const fit: Agent[] = [];
  const passed = new Map<string, number>();
  for (const agent of agents) {
    const why = unavailable(agent, busyness(agent)) ?? unfit(agent, waiting);
    if (why === undefined) fit.push(agent);
    else passed.set(why, (passed.get(why) ?? 0) + 1);
  }
  // Whose last turn was longest ago is next: whoever comes back is not given all at once.
  fit.sort((a, b) => busyness(a).last - busyness(b).last || (a.agent < b.agent ? -1 : 1));
  return { fit, passed: [...passed].map(([why, count]) => ({ why, count })) };
};

const named = 3;

const alternativesOf = ({ fit, passed }: Candidates): Alternative[] => [
  ...fit.slice(1, 1 + named).map(({ agent }) => ({ rule: 'turn' as const, agent, why: 'later in line' })),
  ...passed,
];

/**
 * Gives the waiting matters, in their order, to whose turn it is: of the agents who are there, fit and below their
 * capacity, the one whose last turn was longest ago. A matter that nobody can take holds up no other.
 */
export const serve =
  (team: string, waiting: readonly Waiting[], { agents, elsewhere }: Pool): TeamDecision =>
  (state) => {
    const free = waiting.filter(({ matter, entry }) => holderOf(state, turnKey(matter, entry)) === undefined);
    const busy = new Map(agents.map(({ agent }) => [agent, busynessOf(state, agent, elsewhere)]));
    const busyness = ({ agent }: Agent) => busy.get(agent)!;
    const events: TeamEvent[] = [];
    for (const one of free) {
      if (agents.every((agent) => unavailable(agent, busyness(agent)) !== undefined)) break;
      const found = candidates(one, agents, busyness);
      const [next] = found.fit;
      if (!next) continue;
      const { matter, entry } = one;
      const seen = { available: found.fit.length, waiting: free.length - events.length };
      const alternatives = alternativesOf(found);
      events.push({
        type: 'TurnTaken',
        data: { team, matter, entry, agent: next.agent, by: 'team', ...seen, alternatives },
      });
      const { active } = busyness(next);
      busy.set(next.agent, { last: state.taken + events.length, active: active + 1 });
    }
    return events;
  };

const busynessOf = (state: TeamState, agent: string, elsewhere: Pool['elsewhere']): Busyness => {
  const { last = 0, turns } = state.agents.get(agent) ?? {};
  return { last, active: (turns?.size ?? 0) + (elsewhere.get(agent) ?? 0) };
};

/**
 * An agent asks for the next one: the first that waits and is for them, however busy they are. What they left to others
 * before, or let lapse, comes after all else.
 */
export const serveNext =
  (team: string, waiting: readonly Waiting[], agent: Agent): TeamDecision =>
  (state) => {
    const free = waiting.filter(({ matter, entry }) => holderOf(state, turnKey(matter, entry)) === undefined);
    const isFor = (one: Waiting): boolean => unfit(agent, one) === undefined;
    const next = free.find(isFor) ?? free.find((one) => isFor({ ...one, declined: [] }));
    if (!next) return [];
    const { matter, entry } = next;
    const seen = { available: 1, waiting: free.length };
    return [
      {
        type: 'TurnTaken',
        data: { team, matter, entry, agent: agent.agent, by: 'agent', ...seen, alternatives: [] },
      },
    ];
  };
