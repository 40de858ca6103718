import { Rejection } from '@throughline/decider';
import { customerOf, identityProjector } from '@throughline/identity';
import { findCaughtUp } from './caught-up.ts';
import type { Sources } from './sources.ts';

/** The customer that an id leads to by now: its own, or one of its handles'. Throws Rejection `CustomerUnknown`. */
export const customerFor = async (
  deps: Pick<Sources, 'ledger' | 'db'>,
  tenant: string,
  id: string,
): Promise<string> => {
  const find = () => deps.db.asTenant(tenant, (client) => customerOf(client, tenant, id));
  const customer = await findCaughtUp(deps, identityProjector, find);
  if (customer === undefined) throw new Rejection('CustomerUnknown', 'No customer has this id.');
  return customer;
};
