import { plainId, plainText } from '@throughline/contracts';
import { z } from 'zod';
import type { Connection } from './connection.ts';
import type { Failing } from './failing.query.ts';

const secret = plainText(8_192).describe('Kept sealed, and never shown again.');

export const connectionBody = z.strictObject({
  name: plainId(64).describe('What it is called: hubspot-eu'),
  crm: plainId(64).describe('A kind of CRM that GET /v1/crms lists.'),
  url: plainText(2_048).optional().describe('Where it is; needed where the CRM is not always at the same place.'),
  secret,
  settings: z.record(z.string(), z.unknown()).default({}).describe('What this kind of CRM lets one set: GET /v1/crms'),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe('It may be on this machine or in a private network, and without TLS.'),
});
export type ConnectionBody = z.infer<typeof connectionBody>;

export const shown = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  crm: z.string(),
  url: z.string(),
  settings: z.unknown(),
  allowPrivate: z.boolean(),
  state: z.enum(['active', 'paused']),
  reason: z.string().optional().describe('Why it is paused, where nobody paused it by hand.'),
  detail: z.string().optional(),
  failing: z
    .strictObject({
      since: z.string(),
      reason: z.string().describe('Why, as a word: Unreachable, ServerError.'),
      waiting: z.int().describe('How many deliveries wait to be written to it.'),
    })
    .optional()
    .describe('Writing to it fails now, and is tried again by itself.'),
  createdAt: z.string(),
  changedAt: z.string(),
});
export type Shown = z.infer<typeof shown>;

export const testBody = z
  .strictObject({
    prepare: z.boolean().default(false).describe('Make in the CRM what is missing, as far as it can be made.'),
  })
  .prefault({});
export const rotateBody = z.strictObject({ secret });
export const findings = z.strictObject({
  ok: z.boolean(),
  findings: z.array(
    z.strictObject({
      what: z.string().describe('What was looked at; or, as a word, why it could not be.'),
      ok: z.boolean(),
      detail: z.string().optional(),
      canBeMade: z.literal(true).optional().describe('It is missing, and a test that prepares makes it.'),
    }),
  ),
});
export type Findings = z.infer<typeof findings>;

export const removed = z.strictObject({
  id: z.uuid(),
  unwritten: z.int().describe('How much was still to be written to it, or was set aside: it is dropped.'),
});
export type Removed = z.infer<typeof removed>;

/** A connection as callers see it. */
export const shownOf = (
  { id, name, crm, url, settings: of, allowPrivate, state, reason, detail, createdAt, changedAt }: Connection,
  failing?: Failing,
): Shown => ({
  id,
  name,
  crm,
  url,
  settings: of,
  allowPrivate,
  state,
  reason,
  detail,
  ...(failing && { failing }),
  createdAt,
  changedAt,
});
