import type { Client } from '@throughline/postgres';
import { dropped, type Dropping } from '../delivery/dropped.ts';
import type { OpenConnections } from './opened.ts';

/** A connection that was removed, and what is still to be written to it or was set aside: the first ones. */
export type Removed = { readonly tenant: string; readonly id: string; readonly unwritten: readonly string[] };

// The two indexes that there are: of what is open, by connection, and of what was set aside.
const unwritten = (of: string, most: string): string => `
  (select delivery from writeback.delivery d where d.tenant = ${of}.tenant and d.connection = ${of}.id
    and d.state = 'open' order by d.position ${most})
  union all
  (select delivery from writeback.delivery d where d.tenant = ${of}.tenant and d.connection = ${of}.id
    and d.state in ('rejected', 'parked') order by d.position ${most})`;

/** How much of a connection is still to be written or was set aside. */
export const countUnwritten = async (client: Client, tenant: string, id: string): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from (select $1::text as tenant, $2::uuid as id) c cross join lateral (${unwritten('c', '')}) d`,
    [tenant, id],
  );
  return rows[0]!.count;
};

/** Those of all tenants. */
export const removedConnections = async (db: Client): Promise<Removed[]> => {
  const { rows } = await db.query<Removed>({
    name: 'writeback.removed',
    text: `select c.tenant, c.id, array(${unwritten('c', 'limit 50')}) as unwritten
      from writeback.connection c where c.state = 'removed'`,
  });
  return rows;
};

/** The reason of deliveries that are dropped because their connection was removed. */
const reason = 'ConnectionRemoved';

/**
 * Drops what was still to be written to a connection that was removed, also what somebody planned who did not know it yet;
 * and once there is nothing, lets go of it here, with its secret.
 */
export const leave = async (
  deps: Dropping & { readonly opened: Pick<OpenConnections, 'forget'> },
  { tenant, id, unwritten }: Removed,
): Promise<void> => {
  for (const delivery of unwritten) await dropped(deps, tenant, delivery, reason);
  if (unwritten.length === 0) deps.opened.forget({ tenant, id });
};
