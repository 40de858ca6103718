import { asked, priorities } from '@throughline/contracts';
import type { Ask, Fact } from '../ask.ts';
import type { Agent } from '../matter/assignment.ts';
import { askTeam, factsOf, type Scene, type Step } from '../scene.ts';
import { release, turnKey } from './team.ts';
import { turnsElsewhere, waitingIn } from './team.query.ts';
import { serve, type Waiting } from './turn.ts';

const overBy = {
  MatterHandedOn: 'handed-on',
  MatterClosed: 'closed',
  MatterOfferEnded: 'offer-ended',
} as const;

/** Whoever had a matter by a turn has it no more: they are free for the next one. */
export const releasing: Step = async (facts, scene) =>
  Promise.all(
    factsOf(facts, 'MatterHandedOn', 'MatterClosed', 'MatterOfferEnded').flatMap((cause) => {
      const { team, entry, matter } = cause.data;
      if (team === undefined || entry === undefined) return [];
      return [askTeam(scene, { team, cause, decide: release(team, { matter, entry }, overBy[cause.type]) })];
    }),
  );

type Queued = Extract<Fact, { type: 'MatterQueued' }>;

// Made once: a schema is compiled when it is first used.
const whatIsAsked = asked.strip();

const waitingOf = ({ data }: Queued): Waiting => {
  const { matter, entry, skill, declined, decision } = data;
  return {
    matter,
    entry,
    asked: whatIsAsked.parse(decision.inputs),
    ...(skill !== undefined && { skill }),
    declined,
  };
};

/** A team in which somebody may be free for what waits: because of what, and what was just queued there. */
type Stirred = { readonly cause: Fact; readonly queued: readonly Queued[] };

const stirred = (facts: readonly Fact[], { ground }: Scene): Map<string, Stirred> => {
  const agentsTeams = (agent: string): readonly string[] => ground.agents.get(agent)?.teams ?? [];
  const causes = [
    ...factsOf(facts, 'MatterQueued', 'TurnReleased', 'TeamDefined').map((cause) => [cause.data.team, cause] as const),
    ...factsOf(facts, 'AgentDefined').flatMap((cause) => cause.data.teams.map((team) => [team, cause] as const)),
    ...factsOf(facts, 'AgentPresenceChanged').flatMap((cause) =>
      agentsTeams(cause.data.agent).map((team) => [team, cause] as const),
    ),
  ];
  const byTeam = Map.groupBy(causes, ([team]) => team);
  return new Map(
    [...byTeam].map(([team, theirs]) => {
      const all = theirs.map(([, cause]) => cause);
      return [team, { cause: all[0]!, queued: factsOf(all, 'MatterQueued') }];
    }),
  );
};

/** So many are given at a time. */
const mostWaiting = 2_000;

const urgency = ({ asked: { priority = 'normal' } }: Waiting): number => priorities.indexOf(priority);

/** What waits: what the rows tell of, then what was queued just now, the most urgent first. */
const waitingFor = async ({ db, tenant }: Scene, team: string, queued: readonly Queued[]): Promise<Waiting[]> => {
  const known = await waitingIn(db, tenant, team, mostWaiting);
  const told = new Set(known.map(({ matter, entry }) => turnKey(matter, entry)));
  const fresh = queued.map(waitingOf).filter(({ matter, entry }) => !told.has(turnKey(matter, entry)));
  return [...known, ...fresh].toSorted((a, b) => urgency(b) - urgency(a));
};

const teamsOf = ({ teams }: Agent): number => teams.length;

/** Something waits, or somebody is free: each team gives its turns, all of them in one command. */
export const serving: Step = async (facts, scene) => {
  const { db, tenant, ground } = scene;
  const asks = [...stirred(facts, scene)].map(async ([team, { cause, queued }]): Promise<Ask[]> => {
    const agents = [...ground.agents.values()].filter((one) => !one.removed && one.teams.includes(team));
    if (!agents.some(({ presence }) => presence === 'available')) return [];
    const shared = agents.filter((one) => teamsOf(one) > 1).map(({ agent }) => agent);
    const [waiting, elsewhere] = await Promise.all([
      waitingFor(scene, team, queued),
      turnsElsewhere(db, tenant, team, shared),
    ]);
    if (waiting.length === 0) return [];
    return [await askTeam(scene, { team, cause, decide: serve(team, waiting, { agents, elsewhere }) })];
  });
  return (await Promise.all(asks)).flat();
};
