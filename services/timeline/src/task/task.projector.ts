import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';

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

/** The rows that one event makes in the table above. */
export function* taskRows(event: HeardEvent): Iterable<Change> {
  const { tenant, position } = event;
  if (event.type === 'TaskScheduled') {
    const { task, subject, owner, due } = event.data;
    yield tasks.put({ tenant, task, subject, owner: owner.id, due, position });
  }
  if (event.type === 'TaskCompleted')
    yield tasks.patch({ tenant, task: event.data.task, done_position: position, done_at: event.occurredAt });
}
