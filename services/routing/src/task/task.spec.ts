import { describe, it } from '@jest/globals';
import { specOf } from '@throughline/decider';
import { complete, handOn, leave, schedule, snooze, type TaskEvent, tasks, type Work } from './task.ts';

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

const [noon, evening] = ['2026-05-05T12:00:00Z', '2026-05-05T18:00:00Z'];
const snoozed: TaskEvent = { type: 'TaskSnoozed', data: { task, subject: work.subject, until: evening } };
const bo = work.owner.id;
const cy = { id: '00000000-0000-8000-8000-0000000000c0', handle: 'email:cy@acme.example' };
const handedOn: TaskEvent = {
  type: 'TaskHandedOn',
  data: { task, subject: work.subject, from: bo, to: cy, because: 'hand' },
};
const left: TaskEvent = {
  type: 'TaskHandedOn',
  data: { task, subject: work.subject, from: bo, to: { id: cy.id }, because: 'agent-removed', rule: 'fallback' },
};

describe('a task', () => {
  it('is scheduled once', () => given().when(schedule(task, work)).yieldsOnce(scheduled));
  it('is completed once', () => given(scheduled).when(complete(task, 'It went out.')).yieldsOnce(completed));
  it('stays completed, whatever is said about it later', () =>
    given(scheduled, completed).when(complete(task, 'Again.')).yieldsNothing());
  it('rests until an instant, which is told once', () =>
    given(scheduled)
      .when(snooze(task, evening, noon))
      .yieldsOnce(snoozed));
  it('rests until another one, where somebody says so', () =>
    given(scheduled, { ...snoozed, data: { ...snoozed.data, until: noon } })
      .when(snooze(task, evening, noon))
      .yieldsOnce(snoozed));
  it('does not rest until an instant that is over', () =>
    given(scheduled)
      .when(snooze(task, noon, evening))
      .isRejected('InvalidBody'));
  it('is given to somebody else, once', () => given(scheduled).when(handOn(task, cy)).yieldsOnce(handedOn));
  it('that is theirs already is not given to them', () =>
    given(scheduled, handedOn).when(handOn(task, cy)).yieldsNothing());
  it('goes to somebody else when its owner does, once', () =>
    given(scheduled)
      .when(leave(task, bo, { id: cy.id }, 'fallback'))
      .yieldsOnce(left));
  it('stays with who has it by then', () =>
    given(scheduled, handedOn)
      .when(leave(task, bo, { id: bo }, 'fallback'))
      .yieldsNothing());
  it('that is done neither rests nor is handed on', () => {
    given(scheduled, completed)
      .when(snooze(task, evening, noon))
      .isRejected('TaskDone');
    given(scheduled, completed).when(handOn(task, cy)).isRejected('TaskDone');
    given(scheduled, completed)
      .when(leave(task, bo, { id: cy.id }, 'fallback'))
      .yieldsNothing();
  });
  it('must be scheduled before it rests', () =>
    given()
      .when(snooze(task, evening, noon))
      .isRejected('TaskUnknown'));
  it('must be scheduled before it is completed', () => given().when(complete(task)).isRejected('TaskUnknown'));
});
