import { isDeepStrictEqual } from 'node:util';
import type { DataOf, Event } from '@throughline/contracts';
import { type Decision, Rejection, type Stream } from '@throughline/decider';

export type AgentEvent = Event<'AgentDefined' | 'AgentPresenceChanged' | 'AgentRemoved'>;
type Definition = DataOf<'AgentDefined'>;
export type Presence = DataOf<'AgentPresenceChanged'>['presence'];

/** Somebody who takes turns, or did. */
export type AgentState =
  | { readonly is: 'unknown' }
  | { readonly is: 'there'; readonly definition: Definition; readonly presence: Presence }
  | { readonly is: 'removed' };

/** Who takes turns in which teams, and whether they are there: nobody is until they say so. */
export const agents: Stream<AgentState, AgentEvent> = {
  initial: { is: 'unknown' },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'AgentDefined':
        return { is: 'there', definition: data, presence: state.is === 'there' ? state.presence : 'offline' };
      case 'AgentPresenceChanged':
        return state.is === 'there' ? { ...state, presence: data.presence } : state;
      case 'AgentRemoved':
        return { is: 'removed' };
    }
  },
};

export type AgentDecision = Decision<AgentState, AgentEvent>;

// A handle and a name are sealed: whether they are others cannot be told, and their id is the same.
const clear = ({ agent, ...rest }: Definition): unknown => JSON.parse(JSON.stringify({ ...rest, agent: agent.id }));

/** What an agent does from now on. A name that comes along is told again. */
export const define =
  (definition: Definition): AgentDecision =>
  (state) =>
    state.is === 'there' &&
    definition.agent.name === undefined &&
    isDeepStrictEqual(clear(state.definition), clear(definition))
      ? []
      : [{ type: 'AgentDefined', data: definition }];

const known = (state: AgentState): Extract<AgentState, { is: 'there' }> => {
  if (state.is !== 'there') throw new Rejection('AgentUnknown', 'There is no agent with this id.');
  return state;
};

/** Whether the agent takes turns now. Throws Rejection `AgentUnknown`. */
export const appear =
  (agent: string, presence: Presence): AgentDecision =>
  (state) =>
    known(state).presence === presence ? [] : [{ type: 'AgentPresenceChanged', data: { agent, presence } }];

/** How many turns the agent takes at a time. Throws Rejection `AgentUnknown`. */
export const resize =
  (capacity: number): AgentDecision =>
  (state) => {
    const { definition } = known(state);
    return definition.capacity === capacity ? [] : [{ type: 'AgentDefined', data: { ...definition, capacity } }];
  };

/** The agent is no longer here; gone already is no news. Throws Rejection `AgentUnknown` where they never were. */
export const remove =
  (agent: string): AgentDecision =>
  (state) =>
    state.is === 'removed' ? [] : (known(state), [{ type: 'AgentRemoved', data: { agent } }]);
