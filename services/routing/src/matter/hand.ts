import type { DataOf, Instant } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import {
  heardOf,
  type MatterDecision,
  type Moment,
  offerEnded,
  placed,
  refused,
  type Route,
  type Routed,
} from './course.ts';
import type { Heard, Known, Matter, MatterEvent } from './matter.ts';

type Because = DataOf<'MatterHandedOn'>['because'];

const turnOf = (state: Heard): { team?: string; entry?: number } =>
  state.is === 'owned' && state.turn ? state.turn : {};

/** What whoever had it leaves, with the packet for who comes next. */
const handedOn = (
  state: Extract<Matter, { is: 'owned' }>,
  because: Because,
  { at, heard }: Moment,
  note?: string,
): MatterEvent => {
  const { matter, subject, agent: from, since, conversations, asked, holders } = state;
  const { intent, topic } = asked;
  const packet = {
    since,
    conversations: [...conversations],
    upTo: heard,
    ...(intent !== undefined && { intent }),
    ...(topic !== undefined && { topic }),
    tried: [...holders],
    ...(note !== undefined && { note }),
  };
  return { type: 'MatterHandedOn', data: { matter, at, heard, subject, from, ...turnOf(state), because, packet } };
};

// Whoever it is taken from by hand is not asked to take it again.
const notTo = (agent: string, next: MatterEvent): MatterEvent =>
  next.type === 'MatterQueued' ? { ...next, data: { ...next.data, declined: [agent] } } : next;

/** Leaves where it is, then goes where it is routed; a closed matter stays closed. */
const moved = (
  state: Heard,
  because: Because,
  moment: Moment,
  routed: Routed,
  note?: string,
): readonly MatterEvent[] => {
  const next = placed(state, routed, moment);
  switch (state.is) {
    case 'owned':
      return [handedOn(state, because, moment, note), because === 'hand' ? notTo(state.agent, next) : next];
    case 'offered':
      return [offerEnded(state, 'withdrawn', moment), next];
    case 'queued':
      return [next];
    case 'unrouted':
    case 'closed':
      return [];
  }
};

/**
 * The customer or account has another owner, by an assignment or a link at `position`: the open work goes along, unless a
 * skill names who must do it.
 */
export const followOwner =
  (routed: Extract<Routed, { to: 'agent' }>, position: number, moment: Moment): MatterDecision =>
  (state) => {
    if (state.is === 'unheard' || position <= state.heard || skillOf(state) !== undefined) return [];
    if (state.is === 'owned' && state.agent === routed.agent) return [];
    return moved(state, 'owner-changed', moment, routed);
  };

const skillOf = (state: Heard): string | undefined => {
  switch (state.is) {
    case 'queued':
    case 'offered':
      return state.queue.skill;
    case 'owned':
      return state.skill;
    case 'unrouted':
    case 'closed':
      return undefined;
  }
};

/** An agent is no longer here: what they have or are asked to take goes to somebody else. */
export const leave =
  (agent: string, moment: Moment, route: Route): MatterDecision =>
  (state) => {
    if (state.is === 'owned' && state.agent === agent) return moved(state, 'agent-removed', moment, route(state));
    if (state.is === 'offered' && state.agent === agent) return refused(state, 'withdrawn', moment.at);
    return [];
  };

/** A team is no more: what waits there is routed again. */
export const leaveTeam =
  (team: string, moment: Moment, route: Route): MatterDecision =>
  (state) =>
    (state.is === 'queued' || state.is === 'offered') && state.queue.team === team
      ? moved(state, 'hand', moment, route(state))
      : [];

const openOf = (state: Matter): Heard => {
  const heard = heardOf(state);
  if (heard.is === 'closed') throw new Rejection('MatterClosed', 'The matter is closed.');
  return heard;
};

/** A person says who has it, or which team. Refused where it is closed (`MatterClosed`). */
export const assign =
  (route: (known: Known) => Routed, moment: Moment, note?: string): MatterDecision =>
  (state) => {
    const open = openOf(state);
    const routed = route(open);
    if (open.is === 'owned' && routed.to === 'agent' && open.agent === routed.agent) return [];
    if (open.is === 'queued' && routed.to === 'team' && open.queue.team === routed.team) return [];
    return moved(open, 'hand', moment, routed, note);
  };

const offeredTo = (state: Matter, agent: string): Extract<Matter, { is: 'offered' }> | undefined =>
  state.is === 'offered' && state.agent === agent ? state : undefined;

/** Why an agent cannot take or leave what is not offered to them. */
export const notOffered = (): Rejection =>
  new Rejection('NotOffered', 'The matter is not offered to this agent any more.');

/** The agent takes what is offered; theirs already is no news. Refused where it is not offered to them (`NotOffered`, or `why`). */
export const accept =
  (agent: string, at: Instant, why = notOffered): MatterDecision =>
  (state) => {
    const known = heardOf(state);
    if (known.is === 'owned' && known.agent === agent) return [];
    const offered = offeredTo(state, agent);
    if (!offered) throw why();
    // As with a turn that is given: an owner who changed, or an end, still counts.
    const { matter, entry, queue, heard } = offered;
    const { inputs } = queue.decision;
    const decision = {
      rule: 'turn' as const,
      inputs: { ...inputs, team: queue.team, by: 'agent' as const },
      alternatives: [],
    };
    return [{ type: 'MatterAssigned', data: { matter, at, heard, team: queue.team, entry, agent, decision } }];
  };

/** The agent does not take it: back into the queue, for somebody else. Refused as taking it is. */
export const decline =
  (agent: string, at: Instant, why = notOffered): MatterDecision =>
  (state) => {
    heardOf(state);
    const offered = offeredTo(state, agent);
    if (!offered) throw why();
    return refused(offered, 'declined', at);
  };

type Closing = Pick<DataOf<'MatterClosed'>, 'by' | 'outcome' | 'into'>;

/**
 * It is over. Closed already is no news, and neither is an end (at `position`) that it had heard of when it was opened
 * again; a person who closes it with another outcome is told so (`MatterClosed`).
 */
export const close =
  ({ position = Infinity, ...how }: Closing & { readonly position?: number }, moment: Moment): MatterDecision =>
  (state) => {
    const known = heardOf(state);
    if (known.is === 'closed' && how.by === 'hand') return closedAlready(known, how);
    return known.is === 'closed' || position <= known.heard ? [] : closed(known, how, moment);
  };

const closedAlready = ({ outcome: as }: Extract<Matter, { is: 'closed' }>, { outcome = as }: Closing): [] => {
  if (outcome === as) return [];
  throw new Rejection(
    'MatterClosed',
    `The matter is closed already, ${as === undefined ? 'with no outcome' : `as ${as}`}.`,
  );
};

const closed = (state: Heard, how: Closing, moment: Moment): MatterEvent[] => [
  ...(state.is === 'offered' ? [offerEnded(state, 'withdrawn', moment)] : []),
  { type: 'MatterClosed', data: { matter: state.matter, ...moment, ...turnOf(state), ...how } },
];

/** A conversation went into another matter; without any, nothing is left of this one. */
export const split =
  (conversation: string, into: string, moment: Moment): MatterDecision =>
  (state) => {
    const known = heardOf(state);
    if (!known.conversations.includes(conversation)) return [];
    const { matter } = known;
    const left: MatterEvent = { type: 'MatterSplit', data: { matter, ...moment, conversation, into } };
    if (known.conversations.length > 1 || known.is === 'closed') return [left];
    return [left, ...closed(known, { by: 'emptied', into }, moment)];
  };
