import type { Entry } from '../entry/entry.ts';
import type { OpenMatter } from '../matter/matter.query.ts';
import type { OpenPromise } from '../promise/promise.query.ts';
import { none } from './answer.ts';
import type { Known } from './brief.ts';
import type { Brief } from './shape.ts';

type NextStep = Brief['nextStep'];
type Due = { readonly at: number; readonly step: NextStep };

const isOverdue = (due: string | undefined, now: Date): boolean => due !== undefined && Date.parse(due) < now.getTime();

const byTask = (entry: Entry | undefined, now: Date): Due[] => {
  if (!entry?.task?.due) return [];
  const { id, what, owner, due, until } = entry.task;
  const rests = until !== undefined && Date.parse(until) > now.getTime() ? { snoozedUntil: until } : undefined;
  const answer = { what, due, owner, task: id, ...rests, overdue: !rests && isOverdue(due, now) };
  const at = Math.max(Date.parse(due), rests ? Date.parse(rests.snoozedUntil) : 0);
  return [{ at, step: { answer, events: [entry.id] } }];
};

const byPromise = (promise: OpenPromise | undefined, matters: readonly OpenMatter[], now: Date): Due[] => {
  if (promise?.due === undefined) return [];
  const { due, matter, promise: id, event } = promise;
  const of = matters.find((one) => one.matter === matter);
  const whose = { owner: of?.owner, team: of?.queue?.team };
  const answer = { what: 'Answer the customer', due, ...whose, promise: id, matter, overdue: isOverdue(due, now) };
  return [{ at: Date.parse(due), step: { answer, events: [event] } }];
};

/**
 * What somebody is to do next: of the open tasks and of the answers that were promised, what is due first (at the same
 * instant the task, for it says more; a task that rests is not due before it is over); else what the newest note says.
 */
export const nextStepOf = ({ task, promises, matters, note, now }: Known): NextStep => {
  const [first] = [...byTask(task, now), ...byPromise(promises[0], matters, now)].toSorted((a, b) => a.at - b.at);
  if (first) return first.step;
  const step = note?.note?.nextStep;
  if (note && step) return { answer: { ...step, overdue: isOverdue(step.due, now) }, events: [note.id] };
  return promises.length > 0
    ? none(
        'It is the customer’s turn: what was asked of them is not answered yet.',
        promises.map(({ event }) => event),
      )
    : none('No task is open, no answer is due, and no note says what comes next.');
};
