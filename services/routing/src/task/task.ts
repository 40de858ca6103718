import type { Event, Instant, Party } from '@throughline/contracts';
import { type Decision, Rejection, type Stream } from '@throughline/decider';

export type Task =
  { readonly is: 'unknown' } | { readonly is: 'open'; readonly subject: string } | { readonly is: 'done' };

export type TaskEvent = Event<'TaskScheduled' | 'TaskCompleted'>;

/** What somebody is to do for a customer: open until it was done. */
export const tasks: Stream<Task, TaskEvent> = {
  initial: { is: 'unknown' },
  evolve: (_, { type, data }) => {
    switch (type) {
      case 'TaskScheduled':
        return { is: 'open', subject: data.subject };
      case 'TaskCompleted':
        return { is: 'done' };
    }
  },
};

/** What is to be done, for which customer (its oldest handle), by whom and by when. */
export type Work = { readonly subject: string; readonly what: string; readonly owner: Party; readonly due: Instant };

/** Schedules a task under an id of its own. */
export const schedule =
  (task: string, { subject, what, owner, due }: Work): Decision<Task, TaskEvent> =>
  (state) =>
    state.is === 'unknown' ? [{ type: 'TaskScheduled', data: { task, subject, what, owner, due } }] : [];

/** Says that a task was done; that it was done already is no news. Refused where there is none (`TaskUnknown`). */
export const complete =
  (task: string, outcome?: string): Decision<Task, TaskEvent> =>
  (state) => {
    switch (state.is) {
      case 'unknown':
        throw new Rejection('TaskUnknown', 'There is no task with this id.');
      case 'open':
        return [{ type: 'TaskCompleted', data: { task, subject: state.subject, outcome } }];
      case 'done':
        return [];
    }
  };
