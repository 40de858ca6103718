import type { Problems } from '@throughline/host';

/** What routing refuses, by the code of its rejections; for `boot({ problems })`. */
export const routingProblems = {
  HandleInvalid: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'A handle is not one' },
  SubjectErased: { status: 410, grpc: 'FAILED_PRECONDITION', title: 'Somebody in it was erased' },
  CustomerUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such customer' },
  CustomerErased: { status: 410, grpc: 'NOT_FOUND', title: 'The customer was erased' },
  AccountUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such account' },
  MatterUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such matter' },
  MatterClosed: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The matter is closed' },
  NotOffered: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The matter is not offered to this agent' },
  JoinedToItself: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'A matter is always one with itself' },
  AnotherCustomer: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The matter is another customer’s' },
  OnlyConversation: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The matter has one conversation only' },
  ConversationUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such conversation' },
  TeamUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such team' },
  AgentUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such agent' },
  NotInTeam: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The agent is not in the team' },
  NothingPromised: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'No answer is due in the matter' },
  CalendarInvalid: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'Nobody can work by the calendar' },
  CalendarUnknown: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'There is no such calendar' },
  BeyondHead: { status: 422, grpc: 'OUT_OF_RANGE', title: 'The ledger does not reach so far' },
  BeforeFirst: { status: 422, grpc: 'OUT_OF_RANGE', title: 'The ledger does not reach back so far' },
  Unchained: { status: 501, grpc: 'UNIMPLEMENTED', title: 'This ledger cannot be proved' },
  NotYet: { status: 503, grpc: 'UNAVAILABLE', title: 'This cannot be read yet' },
  TaskDone: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The task is done' },
  TaskUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such task' },
} as const satisfies Problems;
