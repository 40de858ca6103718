import type { Problems } from '@throughline/host';

/** What the read side refuses, for `boot({ problems })`. */
export const timelineProblems = {
  CustomerUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such customer' },
  AccountUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such account' },
  ParkedUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'Nothing is parked under this id' },
  NotYet: { status: 503, grpc: 'UNAVAILABLE', title: 'This cannot be read yet' },
} as const satisfies Problems;
