import { setImmediate } from 'node:timers/promises';
import { customersOf } from '@throughline/identity';
import type { KeyId, KeyStore } from '@throughline/privacy';
import type { Sources } from '../sources.ts';

type Deps = Pick<Sources, 'keys' | 'db'>;

/** A handle of a customer, and the quarters in which something was sealed for it, the oldest first. */
export type Owner = { readonly handle: string; readonly customer: string; readonly quarters: readonly string[] };

/** What there is of a quarter. */
export type Quarter = {
  readonly quarter: string;
  readonly keys: number;
  readonly customers: number;
  /** Those of the customers of whom something later is there as well. */
  readonly staying: number;
};

const page = 1_000;

/** The quarter of a key. */
export const quarterIn = (id: KeyId): string => id.slice(id.lastIndexOf('/') + 1);

const partsOf = (id: KeyId): { owner: string; quarter: string } => {
  return { owner: id.slice(0, id.lastIndexOf('/')), quarter: quarterIn(id) };
};

// A page ends with a whole owner: the keys of the last one are read again with the next page.
async function* pagesOf(keys: Pick<KeyStore, 'listed'>, tenant: string): AsyncGenerator<Map<string, string[]>> {
  for (let after = ''; ;) {
    const ids = (await keys.listed(tenant, after, page)).map(partsOf);
    const owners = Map.groupBy(ids, ({ owner }) => owner);
    if (ids.length === page && owners.size > 1) owners.delete(ids.at(-1)!.owner);
    const whole = new Map(Array.from(owners, ([owner, theirs]) => [owner, theirs.map(({ quarter }) => quarter)]));
    yield whole;
    if (ids.length < page) return;
    const [last, quarters] = [...whole].at(-1)!;
    after = `${last}/${quarters.at(-1)}`;
    await setImmediate();
  }
}

/**
 * Whose keys may expire: handles of customers. All else that is sealed is nobody's words, or has a time of its own: who our
 * people are, organisations, connections, own addresses, what is quarantined.
 */
export async function* ownersOf({ keys, db }: Deps, tenant: string): AsyncGenerator<Owner> {
  for await (const owners of pagesOf(keys, tenant)) {
    const customers = await db.asTenant(tenant, (client) => customersOf(client, tenant, [...owners.keys()]));
    for (const [handle, customer] of customers) yield { handle, customer, quarters: owners.get(handle)! };
  }
}

/** All quarters of which something is there, the oldest first. */
export const quartersOf = async (deps: Deps, tenant: string): Promise<readonly Quarter[]> => {
  const found = new Map<string, { keys: number; customers: Set<string> }>();
  const latest = new Map<string, string>();
  for await (const { customer, quarters } of ownersOf(deps, tenant))
    for (const quarter of quarters) {
      const known = found.get(quarter) ?? { keys: 0, customers: new Set() };
      found.set(quarter, { keys: known.keys + 1, customers: known.customers.add(customer) });
      if (quarter > (latest.get(customer) ?? '')) latest.set(customer, quarter);
    }
  return [...found]
    .map(([quarter, { keys, customers }]) => {
      const staying = [...customers].filter((customer) => latest.get(customer)! > quarter).length;
      return { quarter, keys, customers: customers.size, staying };
    })
    .toSorted((a, b) => (a.quarter < b.quarter ? -1 : 1));
};
