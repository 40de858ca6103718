import type { Problems } from '@throughline/host';

/** What crm-writeback refuses, by the code of its rejections; for `boot({ problems })`. */
export const crmWritebackProblems = {
  ConnectionUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such connection' },
  ConnectionExists: { status: 409, grpc: 'ALREADY_EXISTS', title: 'There is a connection of this name' },
  ConnectionRemoved: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The connection was removed' },
  SecretGone: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The secret can no longer be read' },
  DeliveryUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such delivery' },
  DeliverySettled: { status: 409, grpc: 'FAILED_PRECONDITION', title: 'The delivery came to its end' },
} as const satisfies Problems;
