import type { Problems } from '@throughline/host';

/** What routing refuses, by the code of its rejections; for `boot({ problems })`. */
export const routingProblems = {
  HandleInvalid: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'A handle is not one' },
  SubjectErased: { status: 410, grpc: 'FAILED_PRECONDITION', title: 'Somebody in it was erased' },
  CustomerUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such customer' },
  AccountUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such account' },
  TaskUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such task' },
} as const satisfies Problems;
