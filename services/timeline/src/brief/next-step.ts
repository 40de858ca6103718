import type { Entry } from '../entry/entry.ts';
import { none } from './answer.ts';
import type { Known } from './brief.ts';
import type { Brief } from './shape.ts';

type NextStep = Brief['nextStep'];
const isOverdue = (due: string | undefined, now: Date): boolean => due !== undefined && Date.parse(due) < now.getTime();

const restsAt = (entry: Entry | undefined, now: Date): boolean =>
  entry?.task?.until !== undefined && Date.parse(entry.task.until) > now.getTime();

const byTask = (entry: Entry | undefined, now: Date): NextStep | undefined => {
  if (!entry?.task) return undefined;
  const { id, what, owner, due, until } = entry.task;
  const rests = restsAt(entry, now);
  const told = { what, due, owner, task: id, ...(rests && { snoozedUntil: until }) };
  return { answer: { ...told, overdue: !rests && isOverdue(due, now) }, events: [entry.id] };
};

const byNote = (entry: Entry | undefined, now: Date): NextStep | undefined => {
  const step = entry?.note?.nextStep;
  return entry && step && { answer: { ...step, overdue: isOverdue(step.due, now) }, events: [entry.id] };
};

const byPromise = ({ promises: [promise], matters, now }: Known): NextStep | undefined => {
  if (promise?.due === undefined) return undefined;
  const { due, matter, promise: id, event } = promise;
  const of = matters.find((one) => one.matter === matter);
  const whose = { owner: of?.owner, team: of?.queue?.team };
  const answer = { what: 'Answer the customer', due, ...whose, promise: id, matter, overdue: isOverdue(due, now) };
  return { answer, events: [event] };
};

const turnOfCustomer = ({ promises }: Known): NextStep | undefined =>
  promises.length > 0
    ? none(
        'It is the customer’s turn: what was asked of them is not answered yet.',
        promises.map(({ event }) => event),
      )
    : undefined;

/**
 * What somebody is to do next. What a person wrote down comes first, for it says what: the open task that is due first,
 * else the step of the newest note, as long as no task was made of it. Else the answer that is promised first (until when
 * it is due is told with who is responsible in any case), else a task that rests.
 */
export const nextStepOf = (known: Known): NextStep => {
  const { task, note, now } = known;
  return (
    byTask(restsAt(task, now) ? undefined : task, now) ??
    byNote(note, now) ??
    byPromise(known) ??
    byTask(task, now) ??
    turnOfCustomer(known) ??
    none('No task is open, no answer is due, and no note says what comes next.')
  );
};
