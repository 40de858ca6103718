import type { Customer as Message } from '@throughline/contracts/gen/throughline/timeline/v1/customer';
import type { Customer } from './customer.ts';

/** A customer as gRPC has it. */
export const customerMessage = ({ id, name, handles, accounts, owner }: Customer): Message => ({
  id,
  name,
  handles,
  accounts,
  owner: owner ?? undefined,
});
