import { type Change, table } from '@throughline/read-model';
import { lastly, lastOf } from '../arrangement/arrangement.projector.ts';
import type { HeardEvent } from '../heard.ts';
import { isOurs } from '../party/party.ts';

/** Organisations, and what happened last of what had happened when it was told. */
export const accounts = table({
  name: 'timeline.account',
  columns: { tenant: 'text', account: 'uuid', ...lastly },
  key: ['tenant', 'account'],
  merge: 'newest',
  by: ['happened', 'last_at', 'position'],
});

/** Which handles belong to an organisation, and since which event that is known. */
export const accountsOfHandles = table({
  name: 'timeline.account_of_handle',
  columns: { tenant: 'text', handle: 'uuid', account: 'uuid', position: 'bigint' },
  key: ['tenant', 'handle', 'account'],
  merge: 'oldest',
});

/** The rows that one event makes in the tables above. Our own people's organisation is no account. */
export function* accountRows(event: HeardEvent): Iterable<Change> {
  if (event.type !== 'InteractionCaptured') return;
  const { tenant, position } = event;
  for (const { id: handle, role, account } of event.data.participants) {
    if (!account || isOurs(role)) continue;
    yield accounts.put({ tenant, account: account.id, ...lastOf(event) });
    yield accountsOfHandles.put({ tenant, handle, account: account.id, position });
  }
}
