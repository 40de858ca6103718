import { setTimeout as pause } from 'node:timers/promises';
import { Rejection } from '@throughline/decider';
import { customerOf, erasedOf, handlesOf, identityProjector } from '@throughline/identity';
import type { Client } from '@throughline/postgres';
import { livePosition } from '@throughline/read-model';
import type { RoutingOptions } from './routing.ts';

type Deps = Pick<RoutingOptions, 'ledger' | 'db'>;

/** A customer by its id, with all its handles, the oldest first. */
export type Customer = { readonly id: string; readonly handles: readonly string[] };

const patienceMs = 5_000;

const found = async (client: Client, tenant: string, id: string): Promise<Customer | undefined> => {
  // Of then it may be the id of who is erased since: whoever was one with them has it still.
  const customer = (await customerOf(client, tenant, id)) ?? id;
  const handles = await handlesOf(client, tenant, customer);
  return handles.length > 0 ? { id: customer, handles } : undefined;
};

const find = ({ db }: Deps, tenant: string, id: string): Promise<Customer | undefined> =>
  db.asTenant(tenant, (client) => found(client, tenant, id));

// Of who is erased it is told since when, and no more. Rows that are further than a restored ledger do not tell when.
const nobody = async ({ ledger }: Pick<Deps, 'ledger'>, client: Client, tenant: string, id: string) => {
  const erased = (await erasedOf(client, tenant, [id])).get(id);
  if (erased === undefined) return new Rejection('CustomerUnknown', 'No customer has this id.');
  const [event] = await ledger.tail(erased - 1n, { limit: 1 });
  const when = event?.position === erased ? ` at ${event.occurredAt}` : '';
  return new Rejection('CustomerErased', `This customer was erased${when}.`);
};

/**
 * The customer that an id belonged to in the rows as they were, which `people` shows. Throws Rejections
 * `CustomerUnknown`, and `CustomerErased` where it is so by now.
 */
export const customerThen = async (
  deps: Pick<Deps, 'ledger'>,
  { client, people }: { readonly client: Client; readonly people: Client },
  tenant: string,
  id: string,
): Promise<Customer> => {
  const known = await found(people, tenant, id);
  if (!known) throw await nobody(deps, client, tenant, id);
  return known;
};

/**
 * The customer that an id belongs to by now: its own, or that of any of its handles. Whoever was captured a moment ago
 * is waited for, five seconds at most. Throws Rejections `CustomerUnknown`, `CustomerErased`.
 */
export const customerFor = async (deps: Deps, tenant: string, id: string): Promise<Customer> => {
  const known = await find(deps, tenant, id);
  if (known) return known;
  const head = await deps.ledger.head();
  const deadline = performance.now() + patienceMs;
  for (
    let wait = 5;
    (await livePosition(deps.db, identityProjector.name)) < head && performance.now() < deadline;
    wait = Math.min(wait * 2, 100)
  )
    await pause(wait);
  const late = await find(deps, tenant, id);
  if (!late) throw await deps.db.asTenant(tenant, (client) => nobody(deps, client, tenant, id));
  return late;
};
