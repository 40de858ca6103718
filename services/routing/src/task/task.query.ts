import type { Client } from '@throughline/postgres';

/** A task of somebody who is no longer here. */
export type Left = { readonly task: string; readonly subject: string; readonly owner: string };

/** Open tasks for customers of these handles. */
export const tasksFor = async (db: Client, tenant: string, subjects: readonly string[]): Promise<readonly string[]> => {
  const { rows } = await db.query<{ task: string }>({
    name: 'routing.tasks_for',
    text: 'select task from routing.task where tenant = $1 and subject = any($2::uuid[]) order by task',
    values: [tenant, subjects],
  });
  return rows.map(({ task }) => task);
};

/** Open tasks of agents who were removed, in the order of their ids. */
export const leftTasks = async (db: Client, tenant: string, after: string, limit: number): Promise<readonly Left[]> => {
  const { rows } = await db.query<Left>({
    name: 'routing.left_tasks',
    text: `select t.task, t.subject, t.owner from routing.agent a
      join routing.task t on t.tenant = a.tenant and t.owner = a.agent
      where a.tenant = $1 and a.removed and t.task > $2 order by t.task limit $3`,
    values: [tenant, after, limit],
  });
  return rows;
};
