import type { DataOf, Event, Instant, Party } from '@throughline/contracts';
import { type Decision, Rejection, type Stream } from '@throughline/decider';

/** Somebody's to do, resting until an instant or not; whether it is overdue follows from the time of who asks. */
type Open = { readonly is: 'open'; readonly subject: string; readonly owner: string; readonly until?: Instant };

export type Task = { readonly is: 'unknown' } | Open | { readonly is: 'done' } | { readonly is: 'cancelled' };

export type TaskEvent = Event<'TaskScheduled' | 'TaskSnoozed' | 'TaskHandedOn' | 'TaskCompleted' | 'TaskCancelled'>;

/** The events of a task's stream. */
export const taskHears: readonly TaskEvent['type'][] = [
  'TaskScheduled',
  'TaskSnoozed',
  'TaskHandedOn',
  'TaskCompleted',
  'TaskCancelled',
];

export type TaskDecision = Decision<Task, TaskEvent>;

/** What somebody is to do for a customer: open until it was done, or is not to be done any more. */
export const tasks: Stream<Task, TaskEvent> = {
  initial: { is: 'unknown' },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'TaskScheduled':
        return { is: 'open', subject: data.subject, owner: data.owner.id };
      case 'TaskSnoozed':
        return state.is === 'open' ? { ...state, until: data.until } : state;
      case 'TaskHandedOn':
        return state.is === 'open' ? { ...state, owner: data.to.id } : state;
      case 'TaskCompleted':
        return { is: 'done' };
      case 'TaskCancelled':
        return { is: 'cancelled' };
    }
  },
};

/** What is to be done, for which customer (its oldest handle), by whom and by when. */
export type Work = {
  readonly subject: string;
  readonly what: string;
  readonly owner: Party;
  readonly due: Instant;
  readonly from?: DataOf<'TaskScheduled'>['from'];
};

/** Schedules a task under an id of its own. */
export const schedule =
  (task: string, { subject, what, owner, due, from }: Work): TaskDecision =>
  (state) =>
    state.is === 'unknown'
      ? [{ type: 'TaskScheduled', data: { task, subject, what, owner, due, ...(from && { from }) } }]
      : [];

const known = (state: Task): Exclude<Task, { is: 'unknown' | 'cancelled' }> => {
  if (state.is === 'unknown') throw new Rejection('TaskUnknown', 'There is no task with this id.');
  if (state.is === 'cancelled') throw new Rejection('SubjectErased', 'It was for somebody who was erased.');
  return state;
};

const openOf = (state: Task): Open => {
  const task = known(state);
  if (task.is === 'done') throw new Rejection('TaskDone', 'The task is done.');
  return task;
};

/**
 * Says that a task was done; that it was done already is no news. Refused where there is none (`TaskUnknown`), as all of
 * these are, and where it was cancelled (`SubjectErased`).
 */
export const complete =
  (task: string, outcome?: string): TaskDecision =>
  (state) => {
    const now = known(state);
    return now.is === 'done' ? [] : [{ type: 'TaskCompleted', data: { task, subject: now.subject, outcome } }];
  };

/**
 * Lets a task rest until an instant; it stays due when it is. Refused where it is done (`TaskDone`), and where that
 * instant is over at `now` (`InvalidBody`).
 */
export const snooze =
  (task: string, until: Instant, now: Instant): TaskDecision =>
  (state) => {
    const open = openOf(state);
    if (open.until === until) return [];
    if (Date.parse(until) <= Date.parse(now))
      throw new Rejection('InvalidBody', 'It cannot rest until a moment that is over.', [
        { pointer: '/until', reason: 'is over' },
      ]);
    return [{ type: 'TaskSnoozed', data: { task, subject: open.subject, until } }];
  };

/** A person gives it to somebody else; theirs already is no news. Refused where it is done (`TaskDone`). */
export const handOn =
  (task: string, to: Party): TaskDecision =>
  (state) => {
    const { subject, owner: from } = openOf(state);
    return from === to.id ? [] : [{ type: 'TaskHandedOn', data: { task, subject, from, to, because: 'hand' } }];
  };

/** Who was to do it is no longer here: somebody else is. */
export const leave =
  (task: string, agent: string, to: Party, rule: DataOf<'TaskHandedOn'>['rule']): TaskDecision =>
  (state) =>
    state.is === 'open' && state.owner === agent && to.id !== agent
      ? [
          {
            type: 'TaskHandedOn',
            data: { task, subject: state.subject, from: agent, to, because: 'agent-removed', rule },
          },
        ]
      : [];

/** Whom it was for is erased: nobody is to do it any more. What was done stays done. */
export const cancel =
  (task: string): TaskDecision =>
  (state) =>
    state.is === 'open' ? [{ type: 'TaskCancelled', data: { task, subject: state.subject, because: 'erased' } }] : [];
