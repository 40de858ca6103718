import type { Reading } from '../reading.ts';

/** The positions of the newest assignments; undefined where nobody ever was responsible. */
export type Assignments = { readonly customer?: bigint; readonly account?: bigint };

/**
 * The newest assignment of a customer (of all its handles) and of its accounts, even where one takes an earlier one
 * back.
 */
export const newestAssignments = async (
  { client, tenant }: Reading,
  handles: readonly string[],
  accounts: readonly string[],
): Promise<Assignments> => {
  const { rows } = await client.query<{ of: 'customer' | 'account'; position: bigint }>({
    name: 'timeline.owner.newest',
    text: `
      select "of", max(position) as position from timeline.owner
      where tenant = $1 and ("of" = 'customer' and subject = any($2::uuid[]) or "of" = 'account' and subject = any($3::uuid[]))
      group by "of"`,
    values: [tenant, handles, accounts],
  });
  return Object.fromEntries(rows.map(({ of, position }) => [of, position]));
};
