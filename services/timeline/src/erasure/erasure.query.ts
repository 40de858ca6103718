import { plainInstant } from '../instant.ts';
import type { Reading } from '../reading.ts';

/** Somebody who is erased: the customer that they were, its handles, and when. */
export type Erased = { readonly customer: string; readonly handles: readonly string[]; readonly at: string };

/** Whose handle it was, where that is somebody who is erased. */
export const erasedBy = async ({ client, tenant }: Reading, handle: string): Promise<Erased | undefined> => {
  const { rows } = await client.query<{ customer: string; handles: string[]; at: string }>({
    name: 'timeline.erased_by',
    text: `select of.customer, array_agg(e.handle order by e.handle) as handles, min(e.at) as at
      from timeline.erased of join timeline.erased e on e.tenant = of.tenant and e.customer = of.customer
      where of.tenant = $1 and of.handle = $2 group by of.customer`,
    values: [tenant, handle],
  });
  return rows.map(({ at, ...one }) => ({ ...one, at: plainInstant(at) }))[0];
};
