import { isDeepStrictEqual } from 'node:util';
import { type Event, type Quiet, usualQuiet } from '@throughline/contracts';
import type { Decision, Stream } from '@throughline/decider';

export type SessionPolicyEvent = Event<'SessionPolicySet'>;

/** A tenant's policy, by its events. */
export const sessionPolicies: Stream<Quiet, SessionPolicyEvent> = {
  initial: usualQuiet,
  evolve: (_, { data }) => data.quiet,
};

/** From now on it is so, for what goes on as well. */
export const set =
  (quiet: Quiet): Decision<Quiet, SessionPolicyEvent> =>
  (state) =>
    isDeepStrictEqual(state, quiet) ? [] : [{ type: 'SessionPolicySet', data: { quiet } }];
