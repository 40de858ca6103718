import { z } from 'zod';
import { party } from '../party/party.ts';

/** The organisation that customers belong to. */
export const account = z.strictObject({
  id: z.uuid(),
  key: z.string().optional().describe('Its mail domain, or what a caller named it by.'),
  name: z.string().optional(),
  sealed: z.literal(true).optional().describe('Names and addresses are not opened for you.'),
  owner: party.nullable().describe('Who is responsible for the account.'),
  customers: z.int().describe('How many customers belong to it.'),
  lastAt: z.string().optional().describe('When the last interaction was; none where all are still to come.'),
});
export type Account = z.infer<typeof account>;
