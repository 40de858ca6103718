import { isDeepStrictEqual } from 'node:util';
import type { Event } from '@throughline/contracts';
import type { Decision, Stream } from '@throughline/decider';
import { type Policy, usualPolicy } from '../matter/policy.ts';

export type PolicyEvent = Event<'MatterPolicySet'>;

/** How a tenant's matters are opened, joined and closed: as usual, until somebody says otherwise. */
export const policies: Stream<Policy, PolicyEvent> = {
  initial: usualPolicy,
  evolve: (_, { data }) => data,
};

/** From now on it is so. */
export const set =
  (policy: Policy): Decision<Policy, PolicyEvent> =>
  (state) =>
    isDeepStrictEqual(state, policy) ? [] : [{ type: 'MatterPolicySet', data: policy }];
