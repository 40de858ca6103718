import { setTimeout as pause } from 'node:timers/promises';
import { Rejection } from '@throughline/decider';
import { customerOf, handlesOf, identityProjector } from '@throughline/identity';
import type { Client } from '@throughline/postgres';
import { livePosition } from '@throughline/read-model';
import type { RoutingOptions } from './routing.ts';

type Deps = Pick<RoutingOptions, 'ledger' | 'db'>;

/** A customer by its id, with all its handles, the oldest first. */
export type Customer = { readonly id: string; readonly handles: readonly string[] };

const patienceMs = 5_000;

const found = async (client: Client, tenant: string, id: string): Promise<Customer | undefined> => {
  const customer = await customerOf(client, tenant, id);
  if (customer === undefined) return undefined;
  return { id: customer, handles: await handlesOf(client, tenant, customer) };
};

const find = ({ db }: Deps, tenant: string, id: string): Promise<Customer | undefined> =>
  db.asTenant(tenant, (client) => found(client, tenant, id));

const unknown = (): Rejection => new Rejection('CustomerUnknown', 'No customer has this id.');

/** The customer that an id belongs to in the rows as a client shows them. Throws Rejection `CustomerUnknown`. */
export const customerIn = async (client: Client, tenant: string, id: string): Promise<Customer> => {
  const known = await found(client, tenant, id);
  if (!known) throw unknown();
  return known;
};

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
  const late = await find(deps, tenant, id);
  if (!late) throw unknown();
  return late;
};
