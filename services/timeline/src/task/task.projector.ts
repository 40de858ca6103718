import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';

/** Tasks, whose they are now, resting or done; their words stay sealed in their entries. */
export const tasks = table({
  name: 'timeline.task',
  columns: {
    tenant: 'text',
    task: 'uuid',
    subject: 'uuid',
    owner: 'uuid',
    due: 'timestamptz',
    until: 'timestamptz?',
    note: 'uuid?',
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
    const { task, subject, owner, due, from } = event.data;
    yield tasks.put({ tenant, task, subject, owner: owner.id, due, position, note: from?.note });
  }
  if (event.type === 'TaskSnoozed') yield tasks.patch({ tenant, task: event.data.task, until: event.data.until });
  if (event.type === 'TaskHandedOn') yield tasks.patch({ tenant, task: event.data.task, owner: event.data.to.id });
  if (event.type === 'TaskCompleted')
    yield tasks.patch({ tenant, task: event.data.task, done_position: position, done_at: event.occurredAt });
}
