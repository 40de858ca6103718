import type {
  Amendment as AmendmentMessage,
  Entry as Message,
} from '@throughline/contracts/gen/throughline/timeline/v1/entry';
import { timestampOf } from '@throughline/host';
import type { Amendment } from './amendment.ts';
import type { Entry } from './entry.ts';

const amendmentMessage = ({ at, ...amendment }: Amendment): AmendmentMessage => ({ ...amendment, at: timestampOf(at) });

/** An entry as gRPC has it. */
export const entryMessage = (entry: Entry): Message => ({
  ...entry,
  position: BigInt(entry.position),
  occurredAt: timestampOf(entry.occurredAt),
  recordedAt: timestampOf(entry.recordedAt),
  participants: entry.participants.map(({ also = [], ...participant }) => ({ ...participant, also })),
  attachments: (entry.attachments ?? []).map(({ size, ...attachment }) => ({
    ...attachment,
    size: size === undefined ? undefined : BigInt(size),
  })),
  amendments: (entry.amendments ?? []).map(amendmentMessage),
  owner: entry.owner ?? undefined,
  task: entry.task && {
    ...entry.task,
    due: timestampOf(entry.task.due),
    until: timestampOf(entry.task.until),
    done: entry.task.done && { ...entry.task.done, at: timestampOf(entry.task.done.at) },
  },
  promise: entry.promise && { ...entry.promise, due: timestampOf(entry.promise.due) },
  matter: entry.matter && { ...entry.matter, until: timestampOf(entry.matter.until) },
});
