import { Rejection } from '@throughline/decider';
import { Busy, type Problems } from '@throughline/host';
import type { Service } from './paths.ts';

/** What the front adds to the problems of the services. */
export const frontProblems = {
  ServiceAway: { status: 503, grpc: 'UNAVAILABLE', title: 'The service that answers here is away' },
  ServiceBrokeOff: { status: 502, grpc: 'UNAVAILABLE', title: 'The service that answers here broke off' },
} as const satisfies Problems;

/** Nothing was asked of it. */
export const away = (service: Service): Rejection =>
  new Busy(`The service ${service} does not answer at this moment. Ask again.`, 1, 'ServiceAway');

// Nobody heard the request.
const unheard = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENOTFOUND', 'ETIMEDOUT']);

/** What a caller is told where a service gave no answer. `error` is the proxy's, its cause the network's. */
export const rejectionOf = (service: Service, error: Error): Rejection => {
  const { code = '' } = (error.cause ?? error) as { code?: string };
  if (unheard.has(code)) return away(service);
  return new Rejection(
    'ServiceBrokeOff',
    `The service ${service} broke off before it answered. What was asked may have been done: ask the same again.`,
  );
};
