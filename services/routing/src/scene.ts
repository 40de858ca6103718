import { consequenceId, derivedId, type EventName, isOf, streamOf } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import { type Ask, ask, type Asking, type Fact, type Known } from './ask.ts';
import type { TenantGround } from './ground.query.ts';
import { isAgent } from './matter/assignment.ts';
import type { MatterDecision, Moment } from './matter/course.ts';
import type { Matter } from './matter/matter.ts';
import type { Choice } from './matter/matter.query.ts';
import type { PromiseDecision } from './promise/promise.ts';
import type { SaidMemory } from './promise/said.query.ts';
import { inTime, type Whole, type WholeEvent, wholeHears, wholes } from './stream.ts';
import { type TeamDecision, type TeamEvent, teams, type TeamState } from './team/team.ts';

/** What one tenant's decisions are made with, at one moment. */
export type Scene = {
  readonly tenant: string;
  /** The projector role: its rows tell of all that was heard by the moment, and maybe of more. */
  readonly db: Client;
  readonly ground: TenantGround;
  readonly moment: Moment;
  /** Which matters conversations are about; asked once for all that the steps want to know. */
  readonly choicesOf: (conversations: Iterable<string>) => Promise<ReadonlyMap<string, Choice>>;
  /** What a team has become. */
  readonly teamOf: (team: string) => Promise<Known<TeamState>>;
  /** What was read of long conversations before. */
  readonly said: SaidMemory;
};

/** Answers facts with what is to be asked because of them. */
export type Step = (facts: readonly Fact[], scene: Scene) => Promise<readonly Ask[]>;

/** Several steps as one, whose asks stand in the order of what caused them: an end, and what was said behind it. */
export const inOrder =
  (steps: readonly Step[]): Step =>
  async (facts, scene) => {
    const positions = new Map(facts.map(({ id, position }) => [id, position]));
    const at = ({ cause }: Ask): number => Number(positions.get(cause.id));
    const asked = await Promise.all(steps.map((step) => step(facts, scene)));
    return asked.flat().toSorted((a, b) => at(a) - at(b));
  };

/** The facts of these names. */
export const factsOf = <Name extends EventName>(facts: readonly Fact[], ...names: readonly Name[]) =>
  facts.filter((fact): fact is Extract<Fact, { type: Name }> => isOf(fact, names));

/** Who decides all this. */
export const actor = 'routing';

type Cause = Pick<Fact, 'id' | 'correlation'>;
type OfMatter = Pick<Scene, 'tenant' | 'moment' | 'ground'>;

const askWhole = (
  { tenant, moment, ground }: OfMatter,
  {
    matter,
    cause,
    decide,
    ...more
  }: Pick<Asking<Whole, WholeEvent>, 'cause' | 'decide' | 'known' | 'next'> & { readonly matter: string },
): Ask =>
  ask({
    tenant,
    stream: streamOf.matter(matter),
    noun: wholes,
    hears: wholeHears,
    decide: inTime(moment.at, (agent) => isAgent(ground, agent), decide),
    idOf: ({ type, data }, nth) =>
      'promise' in data
        ? derivedId('told of a promise', data.promise, String(data.revision))
        : consequenceId(cause.id, `routing.${matter}`, `${type}.${nth}`),
    cause,
    at: moment.at,
    actor,
    ...more,
  });

type About = {
  readonly matter: string;
  readonly cause: Cause;
  readonly decide: MatterDecision;
  /** Whether nothing can be in its stream yet. */
  readonly isNew?: boolean;
  readonly next?: (state: Matter) => readonly Ask[];
};

/** Something to be decided about a matter, on what it has become by then. */
export const askMatter = (scene: OfMatter, { decide, isNew = false, next = () => [], ...about }: About): Ask =>
  askWhole(scene, {
    ...about,
    decide: ({ matter }) => decide(matter),
    next: ({ matter }) => next(matter),
    ...(isNew && { known: { state: wholes.initial, version: 0 } }),
  });

/** Something to be decided about what is promised in a matter, on what that has become by then. */
export const askPromises = (
  scene: OfMatter,
  { decide, ...about }: { readonly matter: string; readonly cause: Cause; readonly decide: PromiseDecision },
): Ask => askWhole(scene, { ...about, decide: ({ promises }) => decide(promises) });

/** The id of the event that gives a turn, or that ends it: once for each time that a matter is in a queue. */
const turnId = (tenant: string, { type, data }: TeamEvent): string =>
  'matter' in data ? derivedId(type, tenant, data.matter, String(data.entry)) : derivedId(type, tenant, data.team);

type AboutTeam = {
  readonly team: string;
  readonly cause: Cause;
  readonly decide: TeamDecision;
};

/** Something to be decided by a team, about turns. */
export const askTeam = async (
  { tenant, moment, teamOf }: Pick<Scene, 'tenant' | 'moment' | 'teamOf'>,
  { team, ...more }: AboutTeam,
): Promise<Ask> =>
  ask({
    tenant,
    stream: streamOf.team(team),
    noun: teams,
    hears: ['TeamDefined', 'TeamRemoved', 'TurnTaken', 'TurnReleased'],
    idOf: (event) => turnId(tenant, event),
    at: moment.at,
    actor,
    before: await teamOf(team),
    apart: true,
    ...more,
  });
