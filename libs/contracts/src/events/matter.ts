import { z } from 'zod';
import { channel, instant, plainId, uuid } from '../words.ts';
import { asked, decision, packet, teamName } from './assignment.ts';

const place = {
  matter: uuid,
  at: instant,
  /** The highest position of what was heard when this was decided: nothing up to there asks again. */
  heard: z.int().min(0),
};

/** The matter that the conversation was in before, where there was one. */
const cameFrom = { from: uuid.optional() };

/** A turn of a team's agent: for which of the matter's times in a queue. */
const turn = { team: teamName, entry: z.int().min(1) };

/**
 * A conversation opens a matter, joins an open one on evidence, or is put into another one by a person. It stands in the
 * customer's stream, so that of two conversations that begin at once the second sees what became of the first. `at` is
 * when the customer said so.
 */
export const MatterChosen = z.strictObject({
  ...place,
  subject: uuid,
  conversation: uuid,
  /** The matter that the conversation was in before. */
  from: uuid.optional(),
  by: z.enum(['opened', 'joined', 'hand']),
  asked,
  account: uuid.optional(),
  /** Events that show it: the interaction that asked, and the last of what it joins. */
  evidence: z.array(uuid),
  /** What was said up to this position is no part of it: it was somebody's who was erased. */
  after: z.int().min(0).optional(),
  /** The tenant's window for joining, as it was. */
  window: z.string().optional(),
  /** The customer's other matters, and why the conversation is in none of them. */
  considered: z.array(z.strictObject({ matter: uuid, why: plainId(64), lastTouch: instant.optional() })),
});

/** Something that a customer wants solved, `at` the time when they said so. Who has it, or which queue, follows in the same command. */
export const MatterOpened = z.strictObject({
  ...place,
  subject: uuid,
  account: uuid.optional(),
  conversation: uuid,
  asked,
  ...cameFrom,
});

/** Another conversation is about this matter as well; `asked` is what the matter asks from now on. */
export const MatterJoined = z.strictObject({ ...place, conversation: uuid, asked, ...cameFrom });

/** A conversation is no longer about this matter; a person put it into another one. */
export const MatterSplit = z.strictObject({ ...place, conversation: uuid, into: uuid });

/** It waits in a team's queue, until an instant at the latest. */
export const MatterQueued = z.strictObject({
  ...place,
  ...turn,
  /** Then the fallback owner has it, where there is one. */
  until: instant,
  fallback: uuid.optional(),
  skill: plainId(128).optional(),
  /** Agents who are not asked again. */
  declined: z.array(uuid),
  decision,
});

/** An agent is asked to take it, until an instant at the latest. */
export const MatterOffered = z.strictObject({ ...place, ...turn, agent: uuid, until: instant, decision });

/** The offer came to nothing; a queue or another owner follows in the same command. */
export const MatterOfferEnded = z.strictObject({
  ...place,
  ...turn,
  agent: uuid,
  by: z.enum(['declined', 'lapsed', 'withdrawn']),
});

/** Who has it from now on. */
export const MatterAssigned = z.strictObject({
  ...place,
  team: teamName.optional(),
  entry: z.int().min(1).optional(),
  agent: uuid,
  decision,
});

/** Who had it has it no longer, and this is what they leave; the new owner or a queue follows in the same command. */
export const MatterHandedOn = z.strictObject({
  ...place,
  subject: uuid,
  from: uuid,
  team: teamName.optional(),
  entry: z.int().min(1).optional(),
  because: z.enum(['owner-changed', 'agent-removed', 'hand']),
  packet,
});

/** It is solved, or nothing is left to solve. */
export const MatterClosed = z.strictObject({
  ...place,
  /** `erased`: its customer is; it never opens again. */
  by: z.enum(['hand', 'session', 'quiet', 'emptied', 'erased']),
  team: teamName.optional(),
  entry: z.int().min(1).optional(),
  outcome: plainId(64).optional(),
  /** Where its last conversation went. */
  into: uuid.optional(),
});

/** The customer came back with it. Who has it, or which queue, follows in the same command. */
export const MatterReopened = z.strictObject({ ...place, conversation: uuid, interaction: uuid.optional() });

/** How a tenant's matters are opened, joined and closed. */
export const MatterPolicySet = z.strictObject({
  /** A conversation joins an open matter that was touched within this time (ISO 8601). */
  window: z.string(),
  /** What comes in on these channels opens a matter. */
  channels: z.array(channel),
  /** Whether automatic mail does. */
  automatic: z.boolean(),
  /** A session that ended with one of these outcomes closes its matter. */
  outcomes: z.array(plainId(64)),
  /** A matter that nobody touched for this time is closed (ISO 8601). */
  quiet: z.string(),
});
