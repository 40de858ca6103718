import { z } from 'zod';
import { personal } from '../personal.ts';
import { channel, classification, instant, kind, plainId, slug, uuid } from '../words.ts';

/** What a decision about a matter looks at of what a customer asked. */
export const asked = z.strictObject({ channel, kind: kind.optional(), ...classification });

/** A team by its name in addresses and commands; never personal. */
export const teamName = slug('hardware-support');

/**
 * A rule by which somebody comes to have a matter: a `skill` that it asks for names the team; the `owner` of the customer
 * or account; the `holder`, who has it already or had it last; a `turn` in the team that serves it; the team's `queue`;
 * the queue's `deadline` passed; a person said so (`hand`).
 */
export const assignmentRule = z.enum(['skill', 'owner', 'holder', 'turn', 'queue', 'deadline', 'hand']);

/** What was looked at and not taken, and why. */
export const alternative = z.strictObject({
  rule: assignmentRule.optional(),
  team: teamName.optional(),
  agent: uuid.optional(),
  /** How many, where they are not named one by one. */
  count: z.int().min(1).optional(),
  why: plainId(128),
});

/** Which rule decided, on what, and what else there was. */
export const decision = z.strictObject({
  rule: assignmentRule,
  inputs: z.strictObject({
    ...asked.partial().shape,
    owner: uuid.optional(),
    ownerOf: z.enum(['customer', 'account', 'crm']).optional(),
    holder: uuid.optional(),
    team: teamName.optional(),
    skill: plainId(128).optional(),
    /** The agent took it: asked for the next one, or accepted what was offered. */
    by: z.literal('agent').optional(),
    /** Agents who could have taken it at that moment. */
    available: z.int().min(0).optional(),
    /** Matters that waited at that moment, this one among them. */
    waiting: z.int().min(0).optional(),
  }),
  alternatives: z.array(alternative),
});

/** What whoever takes a matter over is given: where to read, and what was done so far. The words are read from the ledger. */
export const packet = z.strictObject({
  since: instant,
  conversations: z.array(uuid),
  /** Everything up to this position was there to be read. */
  upTo: z.int().min(0),
  intent: plainId(128).optional(),
  topic: plainId(128).optional(),
  /** Who had it before, the oldest first. */
  tried: z.array(z.strictObject({ agent: uuid, at: instant })),
  /** What the person who hands it on says. */
  note: personal(z.string(), 'subject').optional(),
});
