import type { Change, Heard } from '@throughline/read-model';
import { taskRows } from '../rows.ts';

/** The events that rows of tasks are made from. */
export const taskEvents = ['TaskScheduled', 'TaskHandedOn', 'TaskCompleted', 'TaskCancelled'] as const;

/** The rows that one event makes of its task. */
export function* taskChanges(event: Heard<(typeof taskEvents)[number]>): Iterable<Change> {
  const { tenant } = event;
  const { task, subject } = event.data;
  switch (event.type) {
    case 'TaskScheduled':
      return yield taskRows.put({ tenant, task, subject, owner: event.data.owner.id });
    case 'TaskHandedOn':
      return yield taskRows.patch({ tenant, task, owner: event.data.to.id });
    case 'TaskCompleted':
    case 'TaskCancelled':
      return yield taskRows.remove({ tenant, task });
  }
}
