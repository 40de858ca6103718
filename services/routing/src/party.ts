import type { Party } from '@throughline/contracts';
import { normaliseHandle } from '@throughline/identity';
import type { RoutingOptions } from './routing.ts';

/** The party behind a handle that a body gives at `/owner`. Throws Rejection `HandleInvalid`. */
export const partyOf = (
  { vault }: Pick<RoutingOptions, 'vault'>,
  tenant: string,
  text: string,
  name?: string,
): Party => {
  const { handle } = normaliseHandle(text, '/owner');
  return { id: vault.handleId(tenant, handle), handle, ...(name !== undefined && { name }) };
};
