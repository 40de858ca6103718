import { Rejection } from '@throughline/decider';
import type { Sources } from '../sources.ts';
import { drop } from './delivery.ts';
import { transact } from './transact.ts';

/** What dropping takes. */
export type Dropping = Pick<Sources, 'ledger' | 'vault' | 'now'>;

/** Gives a delivery up by itself, for a reason; no news where it came to its end before. */
export const dropped = async (deps: Dropping, tenant: string, delivery: string, reason: string): Promise<void> => {
  try {
    await transact(deps, tenant, delivery, drop(reason));
  } catch (error) {
    // It was written at this very moment, and is in the CRM.
    if (!(error instanceof Rejection) || error.code !== 'DeliverySettled') throw error;
  }
};
