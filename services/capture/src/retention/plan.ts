import { setImmediate } from 'node:timers/promises';
import { customersOf, handlesOfAll } from '@throughline/identity';
import type { KeyId } from '@throughline/privacy';
import type { Sources } from '../sources.ts';

type Deps = Pick<Sources, 'keys' | 'db'>;

/** A handle of a customer for which something was sealed in a quarter. */
export type Sealed = { readonly handle: string; readonly customer: string; readonly quarter: string };

/** What there is of a quarter. */
export type Quarter = {
  readonly quarter: string;
  readonly keys: number;
  readonly customers: number;
  /** Those of the customers of whom something later is there as well. */
  readonly staying: number;
  /** Not all were counted: there may be more. */
  readonly atLeast: boolean;
};

const page = 1_000;

/** What is counted of a quarter: so many handles of customers, among so many pages of keys. However much there is, it takes moments. */
const most = { handles: 1_000, pages: 5 };

/** The quarter of a key. */
export const quarterIn = (id: KeyId): string => id.slice(id.lastIndexOf('/') + 1);

const ownerIn = (id: KeyId): string => id.slice(0, id.lastIndexOf('/'));

/**
 * Whose keys of a quarter may expire, page by page: handles of customers. All else that is sealed is nobody's words, or has a
 * time of its own: who our people are, organisations, connections, own addresses, what is quarantined.
 */
export async function* sealedIn({ keys, db }: Deps, tenant: string, quarter: string): AsyncGenerator<Sealed[]> {
  for (let after = ''; ;) {
    const ids = await keys.sealedIn(tenant, quarter, after, page);
    const customers = await db.asTenant(tenant, (client) => customersOf(client, tenant, ids.map(ownerIn)));
    yield Array.from(customers, ([handle, customer]) => ({ handle, customer, quarter }));
    if (ids.length < page) return;
    after = ids.at(-1)!;
    await setImmediate();
  }
}

const someOf = async (deps: Deps, tenant: string, quarter: string) => {
  const found: Sealed[] = [];
  let pages = 0;
  for await (const some of sealedIn(deps, tenant, quarter)) {
    found.push(...some);
    pages += 1;
    if (found.length > most.handles || pages === most.pages)
      return { some: found.slice(0, most.handles), atLeast: true };
  }
  return { some: found, atLeast: false };
};

/** How many of these customers have something in a later quarter, by any of their handles. */
const stayingOf = async ({ keys, db }: Deps, tenant: string, customers: readonly string[], quarter: string) => {
  const handles = await db.asTenant(tenant, (client) => handlesOfAll(client, tenant, customers));
  let staying = 0;
  for (const theirs of handles.values()) {
    const ids = (await Promise.all(theirs.map((handle) => keys.ownedBy(tenant, handle)))).flat();
    if (ids.some((id) => quarterIn(id) > quarter)) staying += 1;
  }
  return staying;
};

/** All quarters of which something of customers is there, the oldest first. */
export const quartersOf = async (deps: Deps, tenant: string): Promise<readonly Quarter[]> => {
  const quarters: Quarter[] = [];
  for (const quarter of await deps.keys.quarters(tenant)) {
    const { some, atLeast } = await someOf(deps, tenant, quarter);
    if (some.length === 0 && !atLeast) continue;
    const customers = [...new Set(some.map(({ customer }) => customer))];
    const staying = await stayingOf(deps, tenant, customers, quarter);
    quarters.push({ quarter, keys: some.length, customers: customers.length, staying, atLeast });
  }
  return quarters;
};
