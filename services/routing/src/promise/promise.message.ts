import type { Promise as PromiseMessage } from '@throughline/contracts/gen/throughline/routing/v1/promise';
import { timestampOf } from '@throughline/host';
import type { ListedPromise } from './listed.query.ts';

/** A promise as gRPC has it. */
export const promiseMessage = ({ paused, met, ended, ...promise }: ListedPromise): PromiseMessage => ({
  ...promise,
  countedFrom: timestampOf(promise.countedFrom),
  dueAt: timestampOf(promise.dueAt),
  paused: paused && { ...paused, at: timestampOf(paused.at) },
  met: met && { ...met, at: timestampOf(met.at) },
  ended: ended && { ...ended, at: timestampOf(ended.at) },
  position: BigInt(promise.position),
});
