import { after, type DataOf, type Instant, isDue } from '@throughline/contracts';
import { type Decision, fold, Rejection } from '@throughline/decider';
import { type Asked, type Heard, type Known, type Matter, type MatterEvent, matters, type Place } from './matter.ts';

/** When something is decided, and the position up to which all was heard by then. */
export type Moment = { readonly at: Instant; readonly heard: number };

type Made = DataOf<'MatterAssigned'>['decision'];

/** Where a matter goes that nobody has: to somebody, or into a team's queue. */
export type Routed =
  { readonly to: 'agent'; readonly agent: string; readonly decision: Made } | ({ readonly to: 'team' } & Place);

/** Decides where a matter goes. */
export type Route = (known: Known) => Routed;

export type MatterDecision = Decision<Matter, MatterEvent>;

/** The events that place a matter which was left by whoever had it. */
export const placed = (known: Known, routed: Routed, { at, heard }: Moment): MatterEvent => {
  const { matter } = known;
  switch (routed.to) {
    case 'agent': {
      const { agent, decision } = routed;
      return { type: 'MatterAssigned', data: { matter, at, heard, agent, decision } };
    }
    case 'team': {
      const { to: _, ...place } = routed;
      return { type: 'MatterQueued', data: { matter, at, heard, entry: known.entry + 1, ...place, declined: [] } };
    }
  }
};

type Offered = Extract<Matter, { is: 'offered' }>;

/** The offer ends in one of these ways. */
export const offerEnded = (
  { matter, queue: { team }, entry, agent }: Offered,
  by: 'declined' | 'lapsed' | 'withdrawn',
  { at, heard }: Moment,
): MatterEvent => ({ type: 'MatterOfferEnded', data: { matter, at, heard, team, entry, agent, by } });

/**
 * The offer came to nothing: back into the queue, where this agent is not asked again. That is no news of the customer or
 * the owner: what came before it still counts.
 */
export const refused = (state: Offered, by: 'declined' | 'lapsed' | 'withdrawn', at: Instant): MatterEvent[] => {
  const { matter, queue, entry, agent, heard } = state;
  const { since: _, declined, ...place } = queue;
  const moment = { at, heard };
  const data = { matter, ...moment, entry: entry + 1, ...place, declined: [...declined, agent] };
  return [offerEnded(state, by, moment), { type: 'MatterQueued', data }];
};

/** Whether who is named as a fallback has what waited too long: they may have left since, or never have been there. */
export type IsThere = (agent: string) => boolean;

const dueIn = (state: Matter, at: Instant, isThere: IsThere): readonly MatterEvent[] => {
  if (state.is === 'offered' && isDue(state.until, at)) return refused(state, 'lapsed', state.until);
  if (state.is === 'queued' && isDue(state.queue.until, at)) {
    const { matter, heard } = state;
    const { fallback: agent, team, until, since, decision } = state.queue;
    if (agent === undefined || !isThere(agent)) return [];
    // It came back after the deadline where an offer came to nothing later than that.
    const due = isDue(since, until) ? until : since;
    const made = { rule: 'deadline' as const, inputs: { ...decision.inputs, team }, alternatives: [] };
    return [{ type: 'MatterAssigned', data: { matter, at: due, heard, agent, decision: made } }];
  }
  return [];
};

/** What became due by an instant, at the times when it did: offers lapse, and what waited too long goes to the fallback. */
export const elapse =
  (at: Instant, isThere: IsThere): MatterDecision =>
  (state) => {
    const events: MatterEvent[] = [];
    for (let now = state; ;) {
      const due = dueIn(now, at, isThere);
      if (due.length === 0) return events;
      events.push(...due);
      now = fold(matters, due, now);
    }
  };

/** A decision of a moment, on what the matter has become by then. */
export const inTime =
  (at: Instant, isThere: IsThere, decide: MatterDecision): MatterDecision =>
  (state) => {
    const due = elapse(at, isThere)(state);
    return [...due, ...decide(fold(matters, due, state))];
  };

/** The matter, if there is one. Throws Rejection `MatterUnknown`. */
export const heardOf = (state: Matter): Heard => {
  if (state.is === 'unheard') throw new Rejection('MatterUnknown', 'There is no matter with this id.');
  return state;
};

/** What a conversation brings to the matter that was chosen for it. */
export type Taken = {
  readonly matter: string;
  readonly subject: string;
  readonly account?: string;
  readonly conversation: string;
  readonly asked: Asked;
  /** The matter that it was in before. */
  readonly from?: string;
  /** When the customer said so, and where in the ledger it was chosen. */
  readonly at: Instant;
  readonly position: number;
};

/** A conversation comes to a matter: the first one opens it, and what was said after a close opens it again. */
export const take =
  (taken: Taken, moment: Moment, route: Route): MatterDecision =>
  (state) => {
    const { matter, subject, account, conversation, asked, from, at, position } = taken;
    const came = from === undefined ? {} : { from };
    if (state.is === 'unheard') {
      const { heard } = moment;
      const data = {
        matter,
        at,
        heard,
        subject,
        ...(account !== undefined && { account }),
        conversation,
        asked,
        ...came,
      };
      return routedAfter(state, { type: 'MatterOpened', data }, moment, route);
    }
    if (state.conversations.includes(conversation)) return [];
    const both = { ...asked, ...state.asked };
    const joined: MatterEvent = {
      type: 'MatterJoined',
      data: { matter, ...moment, conversation, asked: both, ...came },
    };
    return [joined, ...reopen({ conversation, position }, moment, route)(state)];
  };

/** Something that the customer said, and where it stands in the ledger. */
export type Said = { readonly conversation: string; readonly interaction?: string; readonly position: number };

/** The customer said something: a closed matter is open again, unless it had heard of that when it was closed. */
export const reopen =
  ({ position, ...said }: Said, moment: Moment, route: Route): MatterDecision =>
  (state) => {
    if (state.is !== 'closed' || position <= state.heard) return [];
    const { matter } = state;
    return routedAfter(state, { type: 'MatterReopened', data: { matter, ...moment, ...said } }, moment, route);
  };

const routedAfter = (state: Matter, event: MatterEvent, moment: Moment, route: Route): MatterEvent[] => {
  const known = heardOf(matters.evolve(state, event));
  return [event, placed(known, route(known), moment)];
};

/** It is an agent's turn: offered where the team asks first, else theirs. Nothing where it waits there no more. */
export const giveTurn =
  (
    { team, entry, agent, decision }: { team: string; entry: number; agent: string; decision: Made },
    at: Instant,
    offers?: string,
  ): MatterDecision =>
  (state) => {
    if (state.is !== 'queued' || state.queue.team !== team || state.entry !== entry) return [];
    // That it is somebody's turn is no news of the customer or the owner: what came before it still counts.
    const data = { matter: state.matter, at, heard: state.heard, team, entry, agent, decision };
    if (offers === undefined) return [{ type: 'MatterAssigned', data }];
    return [{ type: 'MatterOffered', data: { ...data, until: after(at, offers) } }];
  };
