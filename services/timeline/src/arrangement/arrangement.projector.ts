import { type Change, table } from '@throughline/read-model';
import { hadHappened } from '../entry/happened.ts';
import type { HeardEvent } from '../heard.ts';
import { isOurs } from '../party/party.ts';

const arrangement = {
  occurred_at: 'timestamptz',
  position: 'bigint',
  event: 'uuid',
  channel: 'text',
  recorded_at: 'timestamptz',
} as const;

/** What is told before it happens, of each customer's handle. Whether it has happened by now is asked on reading. */
export const arrangementsOfHandles = table({
  name: 'timeline.arrangement_of_handle',
  columns: { tenant: 'text', handle: 'uuid', ...arrangement },
  key: ['tenant', 'handle', 'occurred_at', 'position'],
  merge: 'keep',
});

/** The same of each account. */
export const arrangementsOfAccounts = table({
  name: 'timeline.arrangement_of_account',
  columns: { tenant: 'text', account: 'uuid', ...arrangement },
  key: ['tenant', 'account', 'occurred_at', 'position'],
  merge: 'keep',
});

/** The columns of a table by which what happened last is known of somebody; the rows of one of them merge by these. */
export const lastly = { happened: 'integer', last_at: 'timestamptz', position: 'bigint' } as const;

/** What an event says of them: who is known by nothing but what is to come was last heard of when that was told. */
export const lastOf = (event: HeardEvent) => {
  const { position, occurredAt, recordedAt } = event;
  return hadHappened(event, new Date(recordedAt))
    ? { happened: 1, last_at: occurredAt, position }
    : { happened: 0, last_at: recordedAt, position };
};

/** The rows that one event makes in the tables above. */
export function* arrangementRows(event: HeardEvent): Iterable<Change> {
  if (event.type !== 'InteractionCaptured' || hadHappened(event, new Date(event.recordedAt))) return;
  const { tenant, position, id, occurredAt: occurred_at, recordedAt: recorded_at, data } = event;
  const told = { tenant, occurred_at, position, event: id, channel: data.channel, recorded_at };
  for (const { id: handle, role, account } of data.participants) {
    if (role === 'customer') yield arrangementsOfHandles.put({ handle, ...told });
    if (account && !isOurs(role)) yield arrangementsOfAccounts.put({ account: account.id, ...told });
  }
}
