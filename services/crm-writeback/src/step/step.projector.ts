import { type Change, type Heard, table } from '@throughline/read-model';

/**
 * Notes and tasks, and which of them say what comes next: a note that tells a next step, a task that is not done. What an
 * import brought is told to no CRM.
 */
export const stepRows = table({
  name: 'writeback.step',
  columns: {
    tenant: 'text',
    id: 'uuid',
    kind: 'text',
    subject: 'uuid',
    position: 'bigint',
    is_next: 'boolean',
    due: 'timestamptz?',
  },
  key: ['tenant', 'id'],
  merge: 'replace',
});

export const stepEvents = ['NoteWritten', 'TaskScheduled', 'TaskCompleted'] as const;

/** The row that one event makes in the table above. */
export function* stepChanges(event: Heard<(typeof stepEvents)[number]>): Iterable<Change> {
  const { tenant, position } = event;
  switch (event.type) {
    case 'NoteWritten': {
      const { note: id, subject, nextStep, backfill } = event.data;
      if (backfill) return;
      yield stepRows.put({ tenant, id, kind: 'note', subject, position, is_next: nextStep !== undefined });
      return;
    }
    case 'TaskScheduled': {
      const { task: id, subject, due } = event.data;
      yield stepRows.put({ tenant, id, kind: 'task', subject, position, is_next: true, due });
      return;
    }
    case 'TaskCompleted':
      yield stepRows.patch({ tenant, id: event.data.task, is_next: false });
      return;
  }
}
