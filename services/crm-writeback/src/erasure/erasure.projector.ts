import { type Change, type Heard, table } from '@throughline/read-model';
import { personRows } from '../person/person.projector.ts';

/** Who is erased: nothing of theirs is written to a CRM any more. */
export const erasedRows = table({
  name: 'writeback.erased',
  columns: { tenant: 'text', handle: 'uuid', position: 'bigint' },
  key: ['tenant', 'handle'],
  merge: 'keep',
});

/** The rows that one event makes in the table above; where their handles could be read goes. */
export function* erasureChanges({ tenant, position, data }: Heard<'SubjectErased'>): Iterable<Change> {
  for (const handle of data.subjects) {
    yield erasedRows.put({ tenant, handle, position });
    yield personRows.remove({ tenant, handle });
  }
}
