import { streamOf } from '@throughline/contracts';
import type { Ledger } from '@throughline/ledger';
import { stateOf } from '../transact.ts';
import { type Retention, type RetentionEvent, retentions } from './retention.ts';

/** Where a tenant's policy stands in the ledger. */
export const policy = {
  stream: streamOf.policy('retention'),
  noun: retentions,
  hears: ['RetentionPolicySet'],
} as const;

/** A tenant's policy as the ledger has it now. */
export const policyOf = async (ledger: Pick<Ledger, 'read'>, tenant: string): Promise<Retention> =>
  (await stateOf<Retention, RetentionEvent>(ledger, { tenant, ...policy })).state;
