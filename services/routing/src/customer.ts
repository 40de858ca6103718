import { setTimeout as pause } from 'node:timers/promises';
import { Rejection } from '@throughline/decider';
import { customerOf, handlesOf, identityProjector } from '@throughline/identity';
import { livePosition } from '@throughline/read-model';
import type { RoutingOptions } from './routing.ts';

type Deps = Pick<RoutingOptions, 'ledger' | 'db'>;

/** A customer by its id, with all its handles, the oldest first. */
export type Customer = { readonly id: string; readonly handles: readonly string[] };

const patienceMs = 5_000;

const find = ({ db }: Deps, tenant: string, id: string): Promise<Customer | undefined> =>
  db.asTenant(tenant, async (client) => {
    const customer = await customerOf(client, tenant, id);
    if (customer === undefined) return undefined;
    return { id: customer, handles: await handlesOf(client, tenant, customer) };
  });

/**
 * The customer that an id belongs to by now: its own, or that of any of its handles. Whoever was captured a moment ago
 * is waited for, five seconds at most. Throws Rejection `CustomerUnknown`.
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
  const found = await find(deps, tenant, id);
  if (!found) throw new Rejection('CustomerUnknown', 'No customer has this id.');
  return found;
};
