import type { Event, Instant } from '@throughline/contracts';
import { type Decision, Rejection, type Stream } from '@throughline/decider';

export type SessionEvent = Event<'InteractionCaptured' | 'SessionEnded'>;

/** How many sessions of a conversation ended, and whether one goes on. */
export type Sessions = { readonly ended: number; readonly goesOn: boolean };

/** The sessions of one conversation: what is said after an end begins the next one. */
export const sessions: Stream<Sessions, SessionEvent> = {
  initial: { ended: 0, goesOn: false },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'InteractionCaptured':
        return state.goesOn ? state : { ...state, goesOn: true };
      case 'SessionEnded':
        return { ended: Math.max(state.ended, data.session), goesOn: false };
    }
  },
};

/** Ends the session that goes on. Throws Rejection `ConversationUnknown` where nothing was ever said. */
export const end =
  (conversation: string, at: Instant, outcome?: string): Decision<Sessions, SessionEvent> =>
  ({ ended, goesOn }) => {
    if (!goesOn && ended === 0) throw new Rejection('ConversationUnknown', 'No conversation has this id.');
    if (!goesOn) return [];
    const data = {
      conversation,
      session: ended + 1,
      by: 'hand' as const,
      at,
      ...(outcome !== undefined && { outcome }),
    };
    return [{ type: 'SessionEnded', data }];
  };
