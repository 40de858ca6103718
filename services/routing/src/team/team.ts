import { isDeepStrictEqual } from 'node:util';
import type { Event } from '@throughline/contracts';
import { type Decision, Rejection, type Stream } from '@throughline/decider';

export type TeamEvent = Event<'TeamDefined' | 'TeamRemoved' | 'TurnTaken' | 'TurnReleased'>;
type Definition = Extract<TeamEvent, { type: 'TeamDefined' }>['data'];

/** What an agent does for a team: their turns now, and the number of the last one that they took. */
export type Serving = { readonly last: number; readonly turns: ReadonlySet<string> };

/** A team: what it serves, and whose turn it was. Capacity and fairness are decided on this one stream. */
export type TeamState = {
  readonly definition?: Definition;
  /** Turns ever taken. */
  readonly taken: number;
  readonly agents: ReadonlyMap<string, Serving>;
};

/** A turn by what it is for: one of the times that a matter was in a queue. */
export const turnKey = (matter: string, entry: number): string => `${matter} ${entry}`;

const idle: Serving = { last: 0, turns: new Set() };

const withAgent = (state: TeamState, agent: string, change: (serving: Serving) => Serving): TeamState => ({
  ...state,
  agents: new Map(state.agents).set(agent, change(state.agents.get(agent) ?? idle)),
});

export const teams: Stream<TeamState, TeamEvent> = {
  initial: { taken: 0, agents: new Map() },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'TeamDefined':
        return { ...state, definition: data };
      case 'TeamRemoved': {
        const { definition: _, ...rest } = state;
        return rest;
      }
      case 'TurnTaken': {
        const taken = state.taken + 1;
        const turn = turnKey(data.matter, data.entry);
        return withAgent({ ...state, taken }, data.agent, ({ turns }) => ({
          last: taken,
          turns: new Set(turns).add(turn),
        }));
      }
      case 'TurnReleased': {
        const turn = turnKey(data.matter, data.entry);
        return withAgent(state, data.agent, ({ last, turns }) => ({ last, turns: turns.difference(new Set([turn])) }));
      }
    }
  },
};

/** Who has a turn; undefined where nobody does. */
export const holderOf = (state: TeamState, turn: string): string | undefined => {
  for (const [agent, { turns }] of state.agents) if (turns.has(turn)) return agent;
  return undefined;
};

export type TeamDecision = Decision<TeamState, TeamEvent>;

/** What the team serves from now on. */
export const define =
  (definition: Definition): TeamDecision =>
  (state) =>
    // Personal fields are sealed, so of the fallback owner only the id tells whether it is another one.
    isDeepStrictEqual(clear(state.definition), clear(definition)) ? [] : [{ type: 'TeamDefined', data: definition }];

const clear = (definition: Definition | undefined): unknown => {
  if (!definition) return undefined;
  const { fallback, ...rest } = definition;
  return JSON.parse(JSON.stringify({ ...rest, fallback: fallback?.id }));
};

/** There is no such team any more. Throws Rejection `TeamUnknown`. */
export const remove =
  (team: string): TeamDecision =>
  (state) => {
    if (!state.definition) throw new Rejection('TeamUnknown', `There is no team ${team}.`);
    return [{ type: 'TeamRemoved', data: { team } }];
  };

type Because = Extract<TeamEvent, { type: 'TurnReleased' }>['data']['because'];

/** An agent is free of a turn again; that it is over already is no news. */
export const release =
  (team: string, { matter, entry }: { matter: string; entry: number }, because: Because): TeamDecision =>
  (state) => {
    const agent = holderOf(state, turnKey(matter, entry));
    return agent === undefined ? [] : [{ type: 'TurnReleased', data: { team, matter, entry, agent, because } }];
  };
