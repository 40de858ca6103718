import { z } from 'zod';
import { entriesAt } from '../entry/entry.query.ts';
import { party } from '../party/party.ts';
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
  done: z.strictObject({ at: z.string(), outcome: z.string().optional(), event: z.uuid() }).optional(),
});
export type ListedTask = z.infer<typeof listedTask>;

export const taskStates = ['open', 'done', 'all'] as const;

/** Which tasks. */
export type TaskFilter = {
  readonly state: (typeof taskStates)[number];
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
  readonly due: string;
  readonly position: bigint;
  readonly done_position: bigint | null;
};

const isOpen = { open: 'and done_position is null', done: 'and done_position is not null', all: '' };

const rowsOf = async (
  { client, tenant }: Reading,
  { state, owner, subjects }: TaskFilter,
  { after, limit }: { after?: Due; limit: number },
): Promise<Row[]> => {
  const { rows } = await client.query<Row>({
    name: `timeline.task.${state}`,
    text: `
      select task, subject, due, position, done_position from timeline.task
      where tenant = $1 ${isOpen[state]}
        and ($2::uuid is null or owner = $2) and ($3::uuid[] is null or subject = any($3))
        and (due, task) > ($4::timestamptz, $5::uuid)
      order by due, task limit $6`,
    values: [tenant, owner, subjects, after?.due ?? '-infinity', after?.task ?? nil, limit],
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
  return rows.flatMap(({ task: id, subject: customer, due, position, done_position }) => {
    const scheduled = entries.get(position);
    if (!scheduled?.task) return [];
    const done = done_position === null ? undefined : entries.get(done_position)?.task?.done;
    const { what, owner } = scheduled.task;
    const task = {
      id,
      event: scheduled.id,
      position: scheduled.position,
      customer,
      what,
      owner,
      due: scheduled.task.due!,
      done,
    };
    return [{ task, place: { due, task: id } }];
  });
};

/** The position of the open task about these handles that is due first. */
export const firstTask = async (
  { client, tenant }: Reading,
  subjects: readonly string[],
): Promise<bigint | undefined> => {
  const { rows } = await client.query<{ position: bigint }>({
    name: 'timeline.task.first',
    text: `
      select position from timeline.task where tenant = $1 and subject = any($2::uuid[]) and done_position is null
      order by due, task limit 1`,
    values: [tenant, subjects],
  });
  return rows[0]?.position;
};
