import { consequenceId, derivedId, type Recorded, streamOf } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { erasedOf, normaliseHandle } from '@throughline/identity';
import type { Client } from '@throughline/postgres';
import { type Heard, projector } from '@throughline/read-model';
import { caughtUp } from '../caught-up.ts';
import { nil } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import { responsibleFor } from '../owner/responsible.query.ts';
import { peopleOf } from '../person/person.query.ts';
import type { RoutingOptions } from '../routing.ts';
import { transact } from '../transact.ts';
import { type Noted, stepIn, successorOf } from './successor.ts';
import { type Left, leftTasks, tasksFor } from './task.query.ts';
import { cancel, leave, schedule, type Task, type TaskDecision, type TaskEvent, taskHears, tasks } from './task.ts';

/** A note can tell a task; after all others somebody may be here for what was left, or no longer here for theirs. */
const heard = [
  'NoteWritten', 'TaskScheduled', 'TaskHandedOn', 'AgentRemoved', 'AgentDefined', 'TeamDefined', 'OwnerAssigned',
  'CrmContextRead', 'SubjectErased',
] as const; // prettier-ignore

type Cause = Heard<(typeof heard)[number]>;
type Deps = Pick<RoutingOptions, 'ledger' | 'vault' | 'keys' | 'now'>;

const actor = 'routing';
const batch = 500;
const atOnce = 32;

/**
 * Schedules the next steps of notes, cancels what was for somebody who is erased, and hands on what agents leave, in batches. What is told once is told once, whoever
 * hears it and how often: a note's task has an id of its own, and every decision is made on what its stream has become.
 */
export const taskReactor = (deps: Deps, stopping?: AbortSignal) =>
  projector({
    name: 'routing.tasks',
    version: 1,
    tables: [],
    events: heard,
    // Whoever does not know a newer event knows that nothing follows from it here.
    unknown: 'pass',
    prepare: async (events, db: Client): Promise<void> => {
      const last = events.at(-1);
      if (!last) return;
      await caughtUp(db, last.position, { signal: stopping });
      for (const [tenant, theirs] of Map.groupBy(events, (event) => event.tenant)) {
        await scheduleSteps(deps, db, tenant, theirs.filter((event) => event.type === 'NoteWritten')); // prettier-ignore
        await cancelErased(deps, db, tenant, theirs);
        await handOnLeft(deps, db, tenant, theirs);
      }
    },
    project: () => [],
  });

const inTurn = async <T>(all: readonly T[], each: (one: T) => Promise<unknown>): Promise<void> => {
  for (let from = 0; from < all.length; from += atOnce) await Promise.all(all.slice(from, from + atOnce).map(each));
};

const tell = async (deps: Deps, cause: Cause, task: string, decide: TaskDecision): Promise<void> => {
  const { tenant, id, meta } = cause;
  try {
    await transact<Task, TaskEvent>(deps, {
      tenant,
      stream: streamOf.task(task),
      noun: tasks,
      hears: taskHears,
      decide,
      id: consequenceId(id, 'routing.task', task),
      actor,
      cause: { id, correlation: meta.correlation ?? id },
    });
  } catch (error) {
    // Told before when the ground was another, or of somebody who was erased since: either way there is nothing to add.
    if (!(error instanceof Rejection) || (error.code !== 'IdReused' && error.code !== 'SubjectErased')) throw error;
  }
};

// Whoever writes notes has a handle, or an address, or else a name here that nobody else has.
const authorOf = ({ vault }: Deps, { tenant, meta: { actor } }: Recorded<'NoteWritten'>): Noted['author'] => {
  const named = actor.includes(':') ? actor : `${actor.includes('@') ? 'email' : 'actor'}:${actor}`;
  const handle = handleOf(named) ?? `actor:${actor.slice(0, 256)}`;
  return { id: vault.handleId(tenant, handle), handle };
};

const handleOf = (text: string): string | undefined => {
  try {
    return normaliseHandle(text).handle;
  } catch (error) {
    if (error instanceof Rejection) return undefined;
    throw error;
  }
};

const scheduleSteps = async (
  deps: Deps,
  db: Client,
  tenant: string,
  notes: readonly Extract<Cause, { type: 'NoteWritten' }>[],
): Promise<void> => {
  const telling = notes.filter(({ data }) => data.nextStep && !data.backfill);
  if (telling.length === 0) return;
  const ground = await groundOf(db, tenant);
  const responsible = await responsibleFor(db, tenant, telling.map(({ data }) => data)); // prettier-ignore
  const opened = await deps.vault.open(tenant, telling.map(({ stored }) => stored)); // prettier-ignore
  await inTurn(telling, async (cause) => {
    const note = opened.find(({ id }) => id === cause.id) as Recorded<'NoteWritten'>;
    const noted = { data: note.data, at: note.occurredAt, author: authorOf(deps, note) };
    const work = stepIn(noted, ground, responsible(note.data));
    const task = derivedId('task', tenant, note.data.note);
    if (work) await tell(deps, cause, task, schedule(task, work));
  });
};

// What is scheduled while the person is erased is heard after it.
const cancelErased = async (deps: Deps, db: Client, tenant: string, events: readonly Cause[]): Promise<void> => {
  const scheduled = events.filter((event) => event.type === 'TaskScheduled');
  const erased = await erasedOf(db, tenant, scheduled.map(({ data }) => data.subject)); // prettier-ignore
  const late = scheduled.filter(({ data }) => erased.has(data.subject));
  await inTurn(late, (cause) => tell(deps, cause, cause.data.task, cancel(cause.data.task)));
  for (const cause of events.filter((event) => event.type === 'SubjectErased')) {
    const open = await tasksFor(db, tenant, cause.data.subjects);
    await inTurn(open, (task) => tell(deps, cause, task, cancel(task)));
  }
};

const handOnLeft = async (deps: Deps, db: Client, tenant: string, events: readonly Cause[]): Promise<void> => {
  const cause = events.find(({ type }) => type === 'AgentRemoved') ?? events.at(-1)!;
  let left: readonly Left[] = [];
  for (let after = nil; ; after = left.at(-1)!.task) {
    left = await leftTasks(db, tenant, after, batch);
    if (left.length === 0) return;
    const ground = await groundOf(db, tenant);
    const responsible = await responsibleFor(db, tenant, left);
    const found = left.flatMap((one) => {
      const to = successorOf(one.task, one.owner, ground, responsible(one));
      return to ? [{ ...one, to }] : [];
    });
    const face = await peopleOf(db, deps.vault, tenant, found.map(({ to }) => to.agent)); // prettier-ignore
    await inTurn(found, ({ task, owner, to }) => tell(deps, cause, task, leave(task, owner, face(to.agent), to.rule)));
  }
};
