import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';

/** Notes; `next_step` where one says what comes next, `decision` where one tells what was decided. Their words stay sealed. */
export const notes = table({
  name: 'timeline.note',
  columns: {
    tenant: 'text',
    subject: 'uuid',
    position: 'bigint',
    note: 'uuid',
    next_step: 'boolean',
    decision: 'boolean',
  },
  key: ['tenant', 'subject', 'position'],
  merge: 'keep',
});

/** The row that one event makes in the table above. */
export function* noteRows(event: HeardEvent): Iterable<Change> {
  if (event.type !== 'NoteWritten') return;
  const { tenant, position, seals, data } = event;
  const decision = seals.some(({ f }) => f.includes('/decided'));
  yield notes.put({
    tenant,
    subject: data.subject,
    position,
    note: data.note,
    next_step: data.nextStep !== undefined,
    decision,
  });
}
