import { type Change, type Heard, table } from '@throughline/read-model';

/** Tasks, open or done; their words stay sealed in their entries. */
export const tasks = table({
  name: 'timeline.task',
  columns: {
    tenant: 'text',
    task: 'uuid',
    subject: 'uuid',
    owner: 'uuid',
    due: 'timestamptz',
    position: 'bigint',
    done_position: 'bigint?',
    done_at: 'timestamptz?',
  },
  key: ['tenant', 'task'],
  merge: 'keep',
});

/** Notes; `next_step` where one says what comes next. */
export const notes = table({
  name: 'timeline.note',
  columns: { tenant: 'text', subject: 'uuid', position: 'bigint', next_step: 'boolean', decision: 'boolean' },
  key: ['tenant', 'subject', 'position'],
  merge: 'keep',
});

/** The rows that one event makes in the tables above. */
export function* taskRows(event: Heard): Iterable<Change> {
  const { tenant, position } = event;
  if (event.type === 'TaskScheduled') {
    const { task, subject, owner, due } = event.data;
    yield tasks.put({ tenant, task, subject, owner: owner.id, due, position });
  }
  if (event.type === 'TaskCompleted')
    yield tasks.patch({ tenant, task: event.data.task, done_position: position, done_at: event.occurredAt });
  if (event.type === 'NoteWritten') {
    const decision = event.seals.some(({ f }) => f.includes('/decided'));
    yield notes.put({ tenant, subject: event.data.subject, position, next_step: event.data.nextStep !== undefined, decision });
  }
}
