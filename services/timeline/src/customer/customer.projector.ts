import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';

/** Handles of customers, and their last activity. */
export const contacts = table({
  name: 'timeline.contact',
  columns: { tenant: 'text', handle: 'uuid', last_at: 'timestamptz', position: 'bigint' },
  key: ['tenant', 'handle'],
  merge: 'newest',
  by: ['last_at', 'position'],
});

/** The rows that one event makes in the table above. */
export function* contactRows(event: HeardEvent): Iterable<Change> {
  const { tenant, position, occurredAt: last_at } = event;
  if (event.type === 'NoteWritten') yield contacts.put({ tenant, handle: event.data.subject, last_at, position });
  if (event.type !== 'InteractionCaptured') return;
  const customers = event.data.participants.filter(({ role }) => role === 'customer');
  for (const handle of new Set(customers.map(({ id }) => id)))
    yield contacts.put({ tenant, handle, last_at, position });
}
