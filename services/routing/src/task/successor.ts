import { after, type DataOf, type Instant, type Party } from '@throughline/contracts';
import { type Agent, isAgent, lastTeam, type Owner, type Team } from '../matter/assignment.ts';
import type { Work } from './task.ts';

/** Who is there to do something. */
export type Ground = { readonly agents: ReadonlyMap<string, Agent>; readonly teams: readonly Team[] };

type Successor = { readonly agent: string; readonly rule: NonNullable<DataOf<'TaskHandedOn'>['rule']> };

// Who is none of our agents can be responsible all the same.
const isHere = ({ agents }: Ground, id: string): boolean => agents.get(id)?.removed !== true;

// Spread by the task's id: the same for whoever decides it, and even over many.
const oneOf = (task: string, all: readonly string[]): string | undefined =>
  all.toSorted()[Number.parseInt(task.slice(0, 8), 16) % all.length];

/**
 * Who does what an agent leaves: who is responsible for the customer; else the fallback of one of the agent's teams, or
 * of the last team; else a colleague, of the same team where there is one. Undefined where nobody is left at all.
 */
export const successorOf = (task: string, agent: string, ground: Ground, owner?: Owner): Successor | undefined => {
  if (owner && isHere(ground, owner.agent)) return { agent: owner.agent, rule: 'responsible' };
  const theirs = [...(ground.agents.get(agent)?.teams ?? []).toSorted(), lastTeam.team];
  const fallbacks = theirs.map((name) => ground.teams.find(({ team }) => team === name)?.fallback);
  const fallback = fallbacks.find((id) => id !== undefined && isAgent(ground, id));
  if (fallback !== undefined) return { agent: fallback, rule: 'fallback' };
  const here = [...ground.agents.values()].filter(({ removed }) => !removed);
  const close = here.filter(({ teams }) => teams.some((team) => theirs.includes(team)));
  const colleague = oneOf(
    task,
    (close.length > 0 ? close : here).map((one) => one.agent),
  );
  return colleague === undefined ? undefined : { agent: colleague, rule: 'colleague' };
};

/** A note's next step is due then, where the note does not say by when. */
export const usualDue = 'P1D';

/** A note as it was opened, when it was written and by whom. */
export type Noted = { readonly data: DataOf<'NoteWritten'>; readonly at: Instant; readonly author: Party };

/**
 * The task that a note's next step is: of whom the note names, unless they are no longer here; else of who is responsible
 * for the customer, else of the note's author. Undefined where it tells none.
 */
export const stepIn = ({ data, at, author }: Noted, ground: Ground, owner?: Owner): Work | undefined => {
  const { note, subject, nextStep, backfill = false } = data;
  if (backfill || nextStep?.what === undefined) return undefined;
  const { what, due, owner: named } = nextStep;
  const [whose, by] =
    named && isHere(ground, named.id)
      ? [named, 'note' as const]
      : owner && isHere(ground, owner.agent)
        ? [{ id: owner.agent }, 'responsible' as const]
        : [author, 'author' as const];
  const told = { note, owner: by, due: due === undefined ? ('usual' as const) : ('note' as const) };
  return { subject, what, owner: whose, due: due ?? after(at, usualDue), from: told };
};
