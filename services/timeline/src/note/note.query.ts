import type { Reading } from '../reading.ts';

/** The position of the newest note about these handles that says what comes next, unless a task was scheduled after it. */
export const nextStepNote = async (
  { client, tenant }: Reading,
  subjects: readonly string[],
): Promise<bigint | undefined> => {
  const { rows } = await client.query<{ position: bigint }>({
    name: 'timeline.note.next',
    text: `
      select n.position from timeline.note n where n.tenant = $1 and n.subject = any($2::uuid[]) and n.next_step
        and not exists (
          select from timeline.task t where t.tenant = $1 and t.subject = any($2::uuid[]) and t.position > n.position)
      order by n.position desc limit 1`,
    values: [tenant, subjects],
  });
  return rows[0]?.position;
};

/** The positions of the newest notes about these handles that tell a decision, newest first. */
export const decisions = async (
  { client, tenant }: Reading,
  subjects: readonly string[],
  limit: number,
): Promise<bigint[]> => {
  const { rows } = await client.query<{ position: bigint }>({
    name: 'timeline.note.decisions',
    text: `
      select position from timeline.note where tenant = $1 and subject = any($2::uuid[]) and decision
      order by position desc limit $3`,
    values: [tenant, subjects, limit],
  });
  return rows.map(({ position }) => position);
};
