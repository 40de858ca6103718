import { z } from 'zod';
import { entriesAt } from '../entry/entry.query.ts';
import { plainInstant } from '../instant.ts';
import { party } from '../party/party.ts';
import { partiesOf } from '../party/party.query.ts';
import type { Reading } from '../reading.ts';

/** A task as lists show it. */
export const listedTask = z.strictObject({
  id: z.uuid(),
  event: z.uuid(),
  position: z.int(),
  customer: z.uuid().describe('The id of the handle that it is about; the customer is found under it.'),
  what: z.string().optional(),
  owner: party.optional(),
  due: z.string(),
  overdue: z.boolean().describe('Due, neither done nor resting.'),
  snoozedUntil: z.string().optional().describe('It rests until then.'),
  done: z.strictObject({ at: z.string(), outcome: z.string().optional(), event: z.uuid() }).optional(),
});
export type ListedTask = z.infer<typeof listedTask>;

/** Open is what is neither done nor resting; some of it overdue, by the time of who asks. */
export const taskStates = ['open', 'overdue', 'snoozed', 'completed', 'all'] as const;

/** Which tasks. */
export type TaskFilter = {
  readonly state: (typeof taskStates)[number];
  readonly now: Date;
  /** The id of the handle whose task it is. */
  readonly owner?: string;
  /** The handles of the customer that it is about. */
  readonly subjects?: readonly string[];
};

/** A task's place in lists: by when it is due. */
export type Due = { readonly due: string; readonly task: string };

type Row = {
  readonly task: string;
  readonly subject: string;
  readonly owner: string;
  readonly due: string;
  readonly until: string | null;
  readonly position: bigint;
  readonly done_position: bigint | null;
};

const awake = 'done_position is null and (until is null or until <= $7::timestamptz)';
const isIn: { readonly [S in TaskFilter['state']]: string } = {
  open: awake,
  overdue: `${awake} and due < $7::timestamptz`,
  snoozed: 'done_position is null and until > $7::timestamptz',
  completed: 'done_position is not null and $7::timestamptz is not null',
  all: '$7::timestamptz is not null',
};

const rowsOf = async (
  { client, tenant }: Reading,
  { state, now, owner, subjects }: TaskFilter,
  { after, limit }: { after?: Due; limit: number },
): Promise<Row[]> => {
  const { rows } = await client.query<Row>({
    name: `timeline.task.${state}`,
    text: `
      select task, subject, owner, due, until, position, done_position from timeline.task
      where tenant = $1 and ${isIn[state]}
        and ($2::uuid is null or owner = $2) and ($3::uuid[] is null or subject = any($3))
        and (due, task) > ($4::timestamptz, $5::uuid)
      order by due, task limit $6`,
    values: [tenant, owner, subjects, after?.due ?? '-infinity', after?.task ?? nil, limit, now.toISOString()],
  });
  return rows;
};

const nil = '00000000-0000-0000-0000-000000000000';

/** Tasks, those due first first, with their places. */
export const listTasks = async (
  reading: Reading,
  filter: TaskFilter,
  range: { after?: Due; limit: number },
): Promise<{ readonly task: ListedTask; readonly place: Due }[]> => {
  const rows = await rowsOf(reading, filter, range);
  const positions = rows.flatMap(({ position, done_position }) => [
    position,
    ...(done_position ? [done_position] : []),
  ]);
  const entries = new Map((await entriesAt(reading, positions)).map((entry) => [BigInt(entry.position), entry]));
  const partyOf = await partiesOf(reading, rows.map(({ owner }) => owner)); // prettier-ignore
  return rows.flatMap((row) => {
    const scheduled = entries.get(row.position);
    if (!scheduled?.task) return [];
    const task = {
      id: row.task,
      event: scheduled.id,
      position: scheduled.position,
      customer: row.subject,
      what: scheduled.task.what,
      owner: partyOf(row.owner),
      due: scheduled.task.due!,
      done: row.done_position === null ? undefined : entries.get(row.done_position)?.task?.done,
      ...standing(row, filter.now),
    };
    return [{ task, place: { due: row.due, task: row.task } }];
  });
};

const standing = ({ due, until, done_position }: Row, now: Date): Pick<ListedTask, 'overdue' | 'snoozedUntil'> => {
  if (done_position !== null) return { overdue: false };
  if (until !== null && Date.parse(until) > now.getTime()) return { overdue: false, snoozedUntil: plainInstant(until) };
  return { overdue: Date.parse(due) < now.getTime() };
};

/** An open task, where it was scheduled, whose it is now, and until when it rests. */
export type FirstTask = { readonly position: bigint; readonly owner: string; readonly until: string | null };

/** The open task about these handles that is due first; one that rests only where there is no other. */
export const firstTask = async (
  { client, tenant }: Reading,
  subjects: readonly string[],
  now: Date,
): Promise<FirstTask | undefined> => {
  const { rows } = await client.query<FirstTask>({
    name: 'timeline.task.first',
    text: `
      select position, owner, until from timeline.task
      where tenant = $1 and subject = any($2::uuid[]) and done_position is null
      order by coalesce(until > $3::timestamptz, false), due, task limit 1`,
    values: [tenant, subjects, now.toISOString()],
  });
  return rows[0];
};
