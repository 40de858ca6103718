import { describe, it } from '@jest/globals';
import { specOf } from '@throughline/decider';
import { complete, schedule, type TaskEvent, tasks, type Work } from './task.ts';

const given = specOf(tasks);
const task = '00000000-0000-8000-8000-00000000000a';
const work: Work = {
  subject: '00000000-0000-8000-8000-000000000001',
  what: 'Send a courier',
  owner: { id: '00000000-0000-8000-8000-0000000000b0', handle: 'email:bo@acme.example' },
  due: '2026-05-05T10:00:00Z',
};
const scheduled: TaskEvent = { type: 'TaskScheduled', data: { task, ...work } };
const completed: TaskEvent = { type: 'TaskCompleted', data: { task, subject: work.subject, outcome: 'It went out.' } };

describe('a task', () => {
  it('is scheduled once', () => given().when(schedule(task, work)).yieldsOnce(scheduled));
  it('is completed once', () => given(scheduled).when(complete(task, 'It went out.')).yieldsOnce(completed));
  it('stays completed, whatever is said about it later', () =>
    given(scheduled, completed).when(complete(task, 'Again.')).yieldsNothing());
  it('must be scheduled before it is completed', () => given().when(complete(task)).isRejected('TaskUnknown'));
});
