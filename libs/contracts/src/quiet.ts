import type { DataOf } from './events/index.ts';

/** How long nothing has to be said on a channel for a session to be over (ISO 8601); on others it never is by itself. */
export type Quiet = DataOf<'SessionPolicySet'>['quiet'];

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
