import { plainId, plainText, teamName, uuid } from '@throughline/contracts';
import { paging } from '@throughline/host';
import { z } from 'zod';
import { agentName, waiting, written } from '../edge.ts';
import { matterStates } from './listed.query.ts';

/** Which matters a list is to have. */
export const mattersQuery = z.strictObject({
  ...paging,
  state: z.enum(['open', 'all', ...matterStates]).default('open'),
  agent: agentName.optional(),
  team: teamName.optional(),
  customer: z.string().min(1).max(512).optional().describe('A handle, or the id of one: those of its customer.'),
  account: uuid.optional(),
  ...waiting,
});
export type MattersQuery = z.infer<typeof mattersQuery>;

export const readQuery = z.strictObject(waiting);
export type ReadQuery = z.infer<typeof readQuery>;

const note = plainText(10_000).optional().describe('A word for who takes it over; sealed as the customer’s.');
export const assignBody = z
  .strictObject({ agent: agentName.optional(), team: teamName.optional(), note })
  .refine(({ agent, team }) => (agent === undefined) !== (team === undefined), 'names an agent or a team');
export type AssignBody = z.infer<typeof assignBody>;

export const closeBody = z.strictObject({
  outcome: plainId(64).optional().describe('A word for it, such as resolved. Never personal: it is kept in clear.'),
});
export type CloseBody = z.infer<typeof closeBody>;

export const agentBody = z.strictObject({ agent: agentName });
export type AgentBody = z.infer<typeof agentBody>;

export const splitBody = z.strictObject({ conversation: uuid });
export type SplitBody = z.infer<typeof splitBody>;
export const splitOff = written.extend({ matter: uuid.describe('The new matter.') });
export type SplitOff = z.infer<typeof splitOff>;

export const joinBody = z.strictObject({ into: uuid });
export type JoinBody = z.infer<typeof joinBody>;
