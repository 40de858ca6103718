import { none } from './answer.ts';
import type { Known } from './brief.ts';
import type { Brief } from './shape.ts';

type NextStep = Brief['nextStep'];

const isOverdue = (due: string | undefined, now: Date): boolean => due !== undefined && Date.parse(due) < now.getTime();

/** What somebody is to do next: the open task that is due first, else what the newest note says. */
export const nextStepOf = ({ task, note, now }: Known): NextStep => {
  if (task?.task) {
    const { id, what, owner, due } = task.task;
    return { answer: { what, due, owner, task: id, overdue: isOverdue(due, now) }, events: [task.id] };
  }
  const step = note?.note?.nextStep;
  if (note && step) return { answer: { ...step, overdue: isOverdue(step.due, now) }, events: [note.id] };
  return none('No task is open, and no note says what comes next.');
};
