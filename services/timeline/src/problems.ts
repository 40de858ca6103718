import type { Problems } from '@throughline/host';

/** What the read side refuses, for `boot({ problems })`. */
export const timelineProblems = {
  CustomerUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such customer' },
  AccountUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such account' },
  ParkedUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'Nothing is parked under this id' },
  BeyondHead: { status: 422, grpc: 'OUT_OF_RANGE', title: 'The ledger does not reach so far' },
  BeforeFirst: { status: 422, grpc: 'OUT_OF_RANGE', title: 'The ledger does not reach back so far' },
  LedgerForeign: { status: 422, grpc: 'FAILED_PRECONDITION', title: 'This is of another ledger' },
  Unchained: { status: 501, grpc: 'UNIMPLEMENTED', title: 'This ledger cannot be proved' },
  NothingSigned: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'Nothing is signed here' },
  CheckpointForeign: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'This is no checkpoint of this ledger' },
  NotYet: { status: 503, grpc: 'UNAVAILABLE', title: 'This cannot be read yet' },
} as const satisfies Problems;
