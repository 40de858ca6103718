import type { Reading } from '../reading.ts';

/**
 * The position of the newest assignment of a customer (of all its handles) or of accounts, even where it takes an
 * earlier one back; undefined where nobody ever was responsible.
 */
export const newestAssignment = async (
  { client, tenant }: Reading,
  of: 'customer' | 'account',
  subjects: readonly string[],
): Promise<bigint | undefined> => {
  if (subjects.length === 0) return undefined;
  const { rows } = await client.query<{ position: bigint }>({
    name: 'timeline.owner.newest',
    text: `
      select position from timeline.owner where tenant = $1 and "of" = $2 and subject = any($3::uuid[])
      order by position desc limit 1`,
    values: [tenant, of, subjects],
  });
  return rows[0]?.position;
};
