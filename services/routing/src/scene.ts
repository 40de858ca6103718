import { consequenceId, derivedId, type EventName, streamOf } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import { type Ask, ask, type Fact, type Known } from './ask.ts';
import type { TenantGround } from './ground.query.ts';
import { inTime, type MatterDecision, type Moment } from './matter/course.ts';
import { type Matter, type MatterEvent, matters } from './matter/matter.ts';
import { type TeamDecision, type TeamEvent, teams, type TeamState } from './team/team.ts';

/** What one tenant's decisions are made with, at one moment. */
export type Scene = {
  readonly tenant: string;
  /** The projector role: its rows tell of all that was heard by the moment, and maybe of more. */
  readonly db: Client;
  readonly ground: TenantGround;
  readonly moment: Moment;
  /** What a team has become. */
  readonly teamOf: (team: string) => Promise<Known<TeamState>>;
};

/** Answers facts with what is to be asked because of them. */
export type Step = (facts: readonly Fact[], scene: Scene) => Promise<readonly Ask[]>;

/** The facts of these names. */
export const factsOf = <Name extends EventName>(facts: readonly Fact[], ...names: readonly Name[]) =>
  facts.filter((fact): fact is Extract<Fact, { type: Name }> => (names as readonly string[]).includes(fact.type));

/** Who decides all this. */
export const actor = 'routing';

/** The events of a matter's stream that its state is made from. */
export const matterHears: readonly MatterEvent['type'][] = [
  'MatterOpened', 'MatterJoined', 'MatterSplit', 'MatterQueued', 'MatterOffered', 'MatterOfferEnded', 'MatterAssigned',
  'MatterHandedOn', 'MatterClosed', 'MatterReopened',
]; // prettier-ignore

type About = {
  readonly matter: string;
  readonly cause: Pick<Fact, 'id' | 'correlation'>;
  readonly decide: MatterDecision;
  readonly known?: Known<Matter>;
  readonly next?: (state: Matter) => readonly Ask[];
};

/** Something to be decided about a matter, on what it has become by then. */
export const askMatter = (
  { tenant, moment }: Pick<Scene, 'tenant' | 'moment'>,
  { matter, cause, decide, ...more }: About,
): Ask =>
  ask({
    tenant,
    stream: streamOf.matter(matter),
    noun: matters,
    hears: matterHears,
    decide: inTime(moment.at, decide),
    idOf: ({ type }, nth) => consequenceId(cause.id, `routing.${matter}`, `${type}.${nth}`),
    cause,
    at: moment.at,
    actor,
    ...more,
  });

/** The id of the event that gives a turn, or that ends it: once for each time that a matter is in a queue. */
const turnId = (tenant: string, { type, data }: TeamEvent): string =>
  'matter' in data ? derivedId(type, tenant, data.matter, String(data.entry)) : derivedId(type, tenant, data.team);

type AboutTeam = {
  readonly team: string;
  readonly cause: Pick<Fact, 'id' | 'correlation'>;
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
    known: await teamOf(team),
    apart: true,
    ...more,
  });
