import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';

/**
 * Who was made responsible for a handle or an account: the newest counts; `owner` is null where it was taken back. An
 * assignment belongs to the handle it was made for, so that links and retractions move nothing: the owner of a customer
 * is the newest among its handles.
 */
export const owners = table({
  name: 'timeline.owner',
  columns: { tenant: 'text', of: 'text', subject: 'uuid', position: 'bigint', owner: 'uuid?' },
  key: ['tenant', 'of', 'subject', 'position'],
  merge: 'keep',
});

/** The rows that one event makes in the table above. */
export function* ownerRows(event: HeardEvent): Iterable<Change> {
  if (event.type !== 'OwnerAssigned') return;
  const { of, subject, owner } = event.data;
  yield owners.put({ tenant: event.tenant, of, subject, position: event.position, owner: owner?.id });
}
