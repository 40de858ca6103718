import type { Problems } from '@throughline/host';

/** What capture refuses, by the code of its rejections; for `boot({ problems })`. */
export const captureProblems = {
  HandleInvalid: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'A handle is not one' },
  NotCloudEvent: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'This is no CloudEvent' },
  NotStorable: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'This cannot be stored as it is' },
  TooLarge: { status: 413, grpc: 'RESOURCE_EXHAUSTED', title: 'This is too large' },
  SubjectErased: { status: 410, grpc: 'FAILED_PRECONDITION', title: 'Somebody in it was erased' },
  CustomerUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such customer' },
  ErasureUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such erasure' },
  InteractionUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such interaction' },
  InteractionWithdrawn: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The interaction was withdrawn' },
  ConversationUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such conversation' },
  SessionOver: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'It ended before, with another outcome' },
  LinkUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such link' },
  LinkRetracted: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The link is retracted already' },
  LinkToItself: { status: 422, grpc: 'INVALID_ARGUMENT', title: 'A handle is always the same as itself' },
  OwnAddressUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such own address' },
  RetentionUnset: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'Everything is kept' },
  KeyUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such API key' },
  KeyNameTaken: { status: 409, grpc: 'ALREADY_EXISTS', title: 'The name was given to an API key before' },
  QuarantineUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'Nothing of this id is quarantined' },
} as const satisfies Problems;
