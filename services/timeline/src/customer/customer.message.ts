import type { Customer as Message } from '@throughline/contracts/gen/throughline/timeline/v1/customer';
import type { Customer } from './customer.ts';

/** A customer as gRPC has it. */
export const customerMessage = ({ id, name, sealed, handles, accounts, owner }: Customer): Message => ({
  id,
  name,
  sealed,
  handles,
  accounts,
  owner: owner ?? undefined,
});
