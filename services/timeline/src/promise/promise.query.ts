import { plainInstant } from '../instant.ts';
import type { Reading } from '../reading.ts';

/** An answer that somebody is to give; without `due` it waits for the customer. */
export type OpenPromise = {
  readonly promise: string;
  readonly matter: string;
  readonly due?: string;
  /** The event by which that is so. */
  readonly event: string;
};

/** The open promises to these handles, those due first first, at most `limit`. */
export const openPromises = async (
  { client, tenant }: Reading,
  subjects: readonly string[],
  limit: number,
): Promise<OpenPromise[]> => {
  const { rows } = await client.query<Omit<OpenPromise, 'due'> & { due: string | null }>({
    name: 'timeline.promise.open',
    text: `
      select promise, matter, due, event from timeline.promise
      where tenant = $1 and subject = any($2::uuid[]) and state in ('open', 'paused')
      order by due nulls last, position limit $3`,
    values: [tenant, subjects, limit],
  });
  return rows.map(({ due, ...same }) => ({ ...same, ...(due !== null && { due: plainInstant(due) }) }));
};
