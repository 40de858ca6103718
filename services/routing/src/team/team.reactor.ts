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
const waitingWith = (known: readonly Waiting[], queued: readonly Queued[]): Waiting[] => {
  const told = new Set(known.map(({ matter, entry }) => turnKey(matter, entry)));
  const fresh = queued.map(waitingOf).filter(({ matter, entry }) => !told.has(turnKey(matter, entry)));
  return [...known, ...fresh].toSorted((a, b) => urgency(b) - urgency(a));
};

/** The teams in which somebody may take turns now, with their agents. */
const staffed = (teams: Iterable<string>, { ground }: Scene): Map<string, readonly Agent[]> => {
  const there = [...ground.agents.values()].filter(({ removed }) => !removed);
  const all = [...teams].map((team) => [team, there.filter((one) => one.teams.includes(team))] as const);
  return new Map(all.filter(([, agents]) => agents.some(({ presence }) => presence === 'available')));
};

/** Something waits, or somebody is free: each team gives its turns, all of them in one command. */
export const serving: Step = async (facts, scene) => {
  const { db, tenant } = scene;
  const causes = stirred(facts, scene);
  const teams = staffed(causes.keys(), scene);
  if (teams.size === 0) return [];
  const shared = [...teams.values()].flat().filter((one) => one.teams.length > 1);
  const [waitingOfTeam, elsewhere] = await Promise.all([
    waitingIn(db, tenant, [...teams.keys()], mostWaiting),
    turnsElsewhere(db, tenant, [...new Set(shared.map(({ agent }) => agent))]),
  ]);
  const asks = [...teams].map(async ([team, agents]): Promise<Ask[]> => {
    const { cause, queued } = causes.get(team)!;
    const waiting = waitingWith(waitingOfTeam(team), queued);
    if (waiting.length === 0) return [];
    return [
      await askTeam(scene, { team, cause, decide: serve(team, waiting, { agents, elsewhere: elsewhere(team) }) }),
    ];
  });
  return (await Promise.all(asks)).flat();
};
