import { isDeepStrictEqual } from 'node:util';
import type { Event } from '@throughline/contracts';
import type { Decision, Stream } from '@throughline/decider';
import type { Quiet } from './session.ts';

export type SessionPolicyEvent = Event<'SessionPolicySet'>;

/**
 * How long a session goes on without a word until a tenant says otherwise. A campaign is no talk that could end. (A call
 * has an end of its own; that it is told only when it began may be an hour ago.)
 */
export const usualQuiet: Quiet = {
  chat: 'PT30M',
  'in-app': 'PT30M',
  'self-service': 'PT30M',
  form: 'PT1H',
  survey: 'PT1H',
  phone: 'PT2H',
  meeting: 'PT2H',
  'in-person': 'PT2H',
  whatsapp: 'PT24H',
  sms: 'PT24H',
  social: 'PT24H',
  email: 'P3D',
  ticket: 'P14D',
};

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
