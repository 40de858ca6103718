import { z } from 'zod';
import { party } from '../party/party.ts';

/** An organisation, as far as it may be shown. */
export const accountFace = z.strictObject({ id: z.uuid(), key: z.string().optional(), name: z.string().optional() });

/** A customer as lists show it. */
export const customer = z.strictObject({
  id: z.uuid().describe('The id of its oldest handle.'),
  name: z.string().optional(),
  sealed: z.literal(true).optional().describe('Names and addresses are not opened for you.'),
  handles: z.array(party).describe('The oldest first.'),
  accounts: z.array(accountFace),
  owner: party.nullable().describe('Who is responsible for the customer itself.'),
  lastAt: z.string().optional().describe('When the last interaction or note was; none where all are still to come.'),
  entries: z.int().describe('How many interactions there are, each counted once.'),
});
export type Customer = z.infer<typeof customer>;

/** Evidence that two handles are one customer. */
export const customerLink = z.strictObject({
  id: z.uuid(),
  a: party,
  b: party,
  rule: z.string(),
  state: z.enum(['active', 'proposed', 'retracted', 'held']),
  confidence: z.number().optional(),
  evidence: z.array(z.uuid()),
  position: z.int(),
});

/** A customer by itself, with the links at its handles. */
export const wholeCustomer = customer.extend({
  links: z.array(customerLink),
  erasedAt: z.string().optional().describe('Since when it is erased: nothing else is left of it.'),
});
export type WholeCustomer = z.infer<typeof wholeCustomer>;
