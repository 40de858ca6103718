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
    last_position: 'bigint',
    last_at: 'timestamptz',
  },
  key: ['tenant', 'task'],
  merge: 'keep',
});

/** The rows that one event makes in the table above. */
export function* taskRows(event: HeardEvent): Iterable<Change> {
  const { tenant, position, occurredAt: last_at } = event;
  const last = { last_position: position, last_at };
  if (event.type === 'TaskScheduled') {
    const { task, subject, owner, due, from } = event.data;
    yield tasks.put({ tenant, task, subject, owner: owner.id, due, position, note: from?.note, ...last });
  }
  if (event.type === 'TaskSnoozed')
    yield tasks.patch({ tenant, task: event.data.task, until: event.data.until, ...last });
  if (event.type === 'TaskHandedOn')
    yield tasks.patch({ tenant, task: event.data.task, owner: event.data.to.id, ...last });
  if (event.type === 'TaskCompleted')
    yield tasks.patch({ tenant, task: event.data.task, done_position: position, done_at: last_at, ...last });
}
