import { Rejection } from '@throughline/decider';
import type { Problems } from '@throughline/host';

/** What the read side refuses, for `boot({ problems })`. */
export const timelineProblems = {
  CustomerErased: { status: 410, grpc: 'NOT_FOUND', title: 'The customer was erased' },
  CustomerUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such customer' },
  AccountUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such account' },
  ParkedUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'Nothing is parked under this id' },
  ProjectionUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such projection' },
  NotRebuilt: { status: 422, grpc: 'FAILED_PRECONDITION', title: 'This is not rebuilt' },
  NothingBeside: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'Nothing like that stands beside it' },
  NotCaughtUp: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'It has not caught up yet' },
  TablesChanged: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The tables are other ones by now' },
  TablesBusy: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'Others hold the tables' },
  NoRoom: { status: 507, grpc: 'RESOURCE_EXHAUSTED', title: 'The database has no room' },
  BeyondHead: { status: 422, grpc: 'OUT_OF_RANGE', title: 'The ledger does not reach so far' },
  BeforeFirst: { status: 422, grpc: 'OUT_OF_RANGE', title: 'The ledger does not reach back so far' },
  LedgerForeign: { status: 422, grpc: 'FAILED_PRECONDITION', title: 'This is of another ledger' },
  Unchained: { status: 501, grpc: 'UNIMPLEMENTED', title: 'This ledger cannot be proved' },
  NothingSigned: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'Nothing is signed here' },
  CheckpointContradicted: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The ledger is not what was signed' },
  CheckpointForeign: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'This is no checkpoint of this ledger' },
  NotYet: { status: 503, grpc: 'UNAVAILABLE', title: 'This cannot be read yet' },
} as const satisfies Problems;

/** Said of a position that somebody read to before the ledger was restored; `pointer` names it where it was asked about. */
export const restoredSince = (position: bigint, pointer?: string): Rejection =>
  new Rejection(
    'LedgerForeign',
    `The ledger was restored since: what is at ${position} now is not what was read.`,
    pointer === undefined ? [] : [{ pointer, reason: 'is of a time before the ledger was restored' }],
  );
