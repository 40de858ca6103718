import { z } from 'zod';
import { attachment } from '../interaction.ts';
import { personal } from '../personal.ts';
import { duration } from '../duration.ts';
import { channel, classification, direction, instant, kind, plainId, role, uuid } from '../words.ts';
import { party } from './party.ts';

const participant = party.extend({
  role,
  /** The organisation: its own keyed id, its key and name sealed under a key of its own. */
  account: z
    .strictObject({
      id: uuid,
      key: personal(z.string(), 'holder').optional(),
      name: personal(z.string(), 'holder').optional(),
    })
    .optional(),
  /** Evidence that other handles are the same customer. */
  also: z.array(party.extend({ verified: z.boolean() })).optional(),
});

/** One touch on one channel at one moment. `key`, `conversation` and `mentions` stand outside the seal only as keyed ids. */
export const InteractionCaptured = z.strictObject({
  source: z.string(),
  channel,
  direction,
  kind: kind.optional(),
  ...classification,
  /** Keyed id of the conversation that it belongs to. */
  conversation: uuid,
  /** Keyed ids of all messages that it names, its own among them: what threads are made from. */
  mentions: z.array(uuid).optional(),
  /** Made by a machine: an automatic reply, a mailing list, a bounce. */
  automatic: z.boolean().optional(),
  /** History brought by an import: shown, never acted on. */
  backfill: z.boolean().optional(),
  /** By its channel the session is over with this, at once or at an instant: the call is completed, the ticket closed. */
  end: z.strictObject({ at: instant.optional(), outcome: plainId(64).optional() }).optional(),
  /** Index of the participant who wrote it. */
  author: z.int(),
  participants: z.array(participant),
  /** Exactly what the caller declared as `key`, `conversation` and `mentions`. */
  declared: personal(
    z.strictObject({ key: z.string(), conversation: z.string().optional(), mentions: z.array(z.string()).optional() }),
    'author',
  ).optional(),
  subject: personal(z.string(), 'author').optional(),
  text: personal(z.string(), 'author').optional(),
  quoted: personal(z.string(), 'customers').optional(),
  attachments: personal(z.array(attachment), 'author').optional(),
  details: personal(z.record(z.string(), z.unknown()), 'author').optional(),
});

/** What became of an interaction later: edited, withdrawn, a delivery status, a transcript, another kind. */
export const InteractionAmended = z.strictObject({
  interaction: uuid,
  conversation: uuid,
  /** Keyed ids of the handles whose interaction it is, for its seal. */
  owners: z.array(uuid),
  change: z.enum(['edited', 'withdrawn', 'status', 'transcript', 'kind']),
  kind: kind.optional(),
  status: z.string().optional(),
  subject: personal(z.string(), 'author').optional(),
  text: personal(z.string(), 'author').optional(),
  reason: personal(z.string(), 'author').optional(),
});

/** Two conversations turned out to be one: `from` redirects to `into`, the older one. */
export const ConversationsJoined = z.strictObject({ into: uuid, from: uuid, evidence: z.array(uuid) });

/**
 * A session of a conversation ended: by the channel's own end, by hand, or by quiet, then at the instant when it had been
 * quiet for long enough, whoever tells it and however late. An end by hand is the end of all that was said before this
 * event; any other one of what was said up to `at`. Told again of a session, it adds the outcome that a person gives.
 */
export const SessionEnded = z.strictObject({
  conversation: uuid,
  session: z.int().min(1),
  by: z.enum(['channel', 'hand', 'quiet']),
  at: instant,
  outcome: z.string().optional(),
  /** After how long without a word it counts as over on this channel (ISO 8601), where that is what ended it. */
  quiet: duration.optional(),
  /** How many interactions stand before this event and were said later than `at`: the next session begins with them. */
  left: z.int().min(1).optional(),
});

/** After how long without a word a session is over, by channel (ISO 8601); on channels that are not named only by an end. */
export const SessionPolicySet = z.strictObject({ quiet: z.partialRecord(channel, duration) });
