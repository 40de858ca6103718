import { type Change, table } from '@throughline/read-model';
import { lastly, lastOf } from '../arrangement/arrangement.projector.ts';
import type { HeardEvent } from '../heard.ts';

/** Handles of customers, and what happened last of what had happened when it was told. */
export const contacts = table({
  name: 'timeline.contact',
  columns: { tenant: 'text', handle: 'uuid', ...lastly },
  key: ['tenant', 'handle'],
  merge: 'newest',
  by: ['happened', 'last_at', 'position'],
});

/** The rows that one event makes in the table above. */
export function* contactRows(event: HeardEvent): Iterable<Change> {
  const { tenant } = event;
  if (event.type === 'NoteWritten') yield contacts.put({ tenant, handle: event.data.subject, ...lastOf(event) });
  // Nothing happened by that: of whom nothing else is known stands in lists where it was told.
  if (event.type === 'HandleRemembered')
    yield contacts.put({
      tenant,
      handle: event.data.party.id,
      happened: 0,
      last_at: event.recordedAt,
      position: event.position,
    });
  if (event.type !== 'InteractionCaptured') return;
  const customers = event.data.participants.filter(({ role }) => role === 'customer');
  for (const handle of new Set(customers.map(({ id }) => id))) yield contacts.put({ tenant, handle, ...lastOf(event) });
}
