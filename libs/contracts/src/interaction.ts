import { z } from 'zod';
import { channel, classification, direction, instant, kind, plainId, plainText, role } from './words.ts';

const handle = z
  .string()
  .max(512)
  .refine(
    (text) => text.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f]/.test(text),
    'has a control character or a lone surrogate',
  )
  .refine(
    (text) => /^[a-z][a-z0-9.-]{0,62}:\S/i.test(text),
    'is not a namespace and a value, such as email:ann@example.com',
  );

const participant = z.strictObject({
  role: role.describe('As what they take part.'),
  handle: handle.describe('A namespace and a value, such as email:ann@example.com, tel:+14155550100, crm.hubspot:501.'),
  name: plainText(256).optional(),
  account: z
    .strictObject({ key: plainId(256), name: plainText(256).optional() })
    .optional()
    .describe('The organisation that they belong to.'),
  also: z
    .array(z.strictObject({ handle, verified: z.boolean().default(false) }))
    .max(100)
    .optional()
    .describe('Other handles of the same person; what is verified makes them one customer.'),
});

/** An attachment's metadata; its bytes are not part of an interaction. */
export const attachment = z.strictObject({
  name: plainText(512).optional(),
  mediaType: plainId(255).optional(),
  size: z.int().min(0).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is not 64 lower-case hexadecimal digits')
    .optional(),
});

// Counted with a list of its own: a value nested a million deep must not end the process.
const depthOf = (value: unknown): number => {
  let layer: unknown[] = [value];
  let depth = 0;
  while (layer.length > 0 && depth <= 33) {
    layer = layer.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []));
    depth += 1;
  }
  return depth - 1;
};

// Read from 1e999, or come over gRPC; written as JSON it would become null without a word.
const hasEndlessNumber = (root: unknown): boolean => {
  const waiting = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'number' && !Number.isFinite(value)) return true;
    if (value !== null && typeof value === 'object') for (const item of Object.values(value)) waiting.push(item);
  }
  return false;
};

/** One interaction as a caller declares it: the body of `POST /v1/interactions` and of every other way in. */
export const interaction = z.strictObject({
  source: plainId(128).describe('Who tells of it, such as acme-helpdesk. With the key it makes the fact unique.'),
  key: plainId(512).describe('Its id there, such as ticket-17/comment-3: the same source and key are stored once.'),
  channel: channel.describe('By which way it came or went.'),
  direction: direction.describe('From the customer, to the customer, or among us.'),
  kind: kind.optional().describe('What it is about: sales, support …'),
  occurredAt: instant.describe(
    'When it happened, RFC 3339 in UTC; not when it is sent here. At most a day after now; of a meeting or a visit, which can be arranged, two years.',
  ),
  conversation: plainId(512)
    .optional()
    .describe('The id of the thread, chat, call or ticket there; without one it is a conversation of its own.'),
  ...classification,
  subject: plainText(2_000, 0).optional().describe('A line above it. Sealed, as the text is.'),
  text: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= 1_048_576, 'is over 1 MiB: send it as an attachment')
    .refine((text) => text.isWellFormed(), 'has a lone surrogate, which no UTF-8 can carry')
    .refine((text) => !text.includes('\0'), 'has the character U+0000, which cannot be stored')
    .optional()
    .describe('What was said, 1 MiB at most, without what it quotes.'),
  quoted: plainText(1_048_576, 0).optional().describe('What it quotes of others.'),
  participants: z
    .array(participant)
    .min(1)
    .max(1_000)
    .describe('Inbound, the first customer wrote it; outbound, the first agent or bot.'),
  attachments: z.array(attachment).max(1_000).optional().describe('What they are; their bytes are not sent.'),
  details: z
    .record(z.string(), z.unknown())
    .refine((value) => depthOf(value) <= 32, 'is nested more than 32 deep')
    .refine((value) => !hasEndlessNumber(value), 'has a number that is too large to be kept')
    .optional()
    .describe('Anything else that the provider says; kept sealed, and nothing is decided on it.'),
  automatic: z.boolean().optional().describe('A machine sent it: an out-of-office reply, a newsletter.'),
  mentions: z
    .array(plainId(1_024))
    .max(1_000)
    .optional()
    .describe(
      'Ids of messages that it names: its own, what it answers, what it refers to. They make one conversation.',
    ),
  backfill: z.boolean().optional().describe('Closed history: shown, never acted on.'),
  end: z
    .strictObject({
      at: instant.optional().describe('When, unless with this interaction; not further ahead than that may be.'),
      outcome: plainId(64).optional().describe('A word for it, such as resolved. Never personal.'),
    })
    .optional()
    .describe('The channel says that its session is over: the call completed, the chat ended, the ticket closed.'),
});

/** An interaction as it comes out of validation. */
export type Interaction = z.infer<typeof interaction>;
/** An interaction as a caller may write it. */
export type InteractionInput = z.input<typeof interaction>;
export type Participant = Interaction['participants'][number];
