import { channel, direction, eventSchemas } from '@throughline/contracts';
import { z } from 'zod';
import { customer } from '../customer/customer.ts';
import { party } from '../party/party.ts';

const answered = <Answer extends z.ZodType>(answer: Answer) =>
  z.strictObject({
    answer: answer.nullable(),
    reason: z.string().optional().describe('Why there is no answer.'),
    events: z.array(z.uuid()).describe('The events that it rests on.'),
  });

const lastTalkedAbout = z.strictObject({
  at: z.string(),
  channel: channel.optional(),
  direction: direction.optional(),
  with: z.array(z.string()),
  subject: z.string().optional(),
  topic: z.string().optional(),
  intent: z.string().optional(),
  words: z.string().optional(),
  automatic: z.literal(true).optional().describe('It came from a machine or a list: nobody said anything else.'),
});

const place = {
  owner: party.optional().describe('Who has it; absent while it waits in a queue.'),
  queue: z
    .strictObject({
      team: z.string(),
      until: z.string().describe('It is taken by then, or falls to whoever is named.'),
      fallback: party.optional().describe('Who has it after that.'),
      offeredTo: party.optional().describe('Who is asked to take it.'),
    })
    .optional(),
  since: z.string(),
  due: z.string().optional().describe('When the customer is to have an answer at the latest.'),
};

const responsible = z.strictObject({
  ...place,
  of: z.enum(['matter', 'customer', 'crm', 'account']),
  matter: z.uuid().optional().describe('The open matter that was placed last.'),
  others: z
    .array(z.strictObject({ matter: z.uuid(), ...place }))
    .optional()
    .describe('The other open matters, those placed last first.'),
});

const nextStep = z.strictObject({
  what: z.string().optional().describe('As the task or the note says; `Answer the customer` where it is a promise.'),
  due: z.string().optional(),
  owner: party.optional(),
  team: z.string().optional().describe('In whose queue it waits, where nobody has it yet.'),
  task: z.uuid().optional(),
  snoozedUntil: z.string().optional().describe('The task rests until then.'),
  promise: z.uuid().optional(),
  matter: z.uuid().optional().describe('In which matter the answer is due.'),
  overdue: z.boolean(),
});

const happened = z.strictObject({
  since: z.string(),
  until: z.string(),
  interactions: z.int(),
  conversations: z.int().optional().describe('Left out where there are more than 10 000 interactions.'),
  byChannel: z.record(z.string(), z.int()),
  inbound: z.int(),
  outbound: z.int(),
  firstSubject: z.string().optional(),
  quietDays: z.int().describe('Whole days since the last interaction.'),
  highlights: z.array(z.strictObject({ at: z.string(), what: z.string(), event: z.uuid() })),
});

const crm = z.strictObject({
  connection: z.uuid(),
  asOf: z.string(),
  stale: z.boolean().describe('Whether it was read longer than 15 minutes ago.'),
  contact: z.string().optional().describe('Its id in the CRM.'),
  ...eventSchemas.CrmContextRead.pick({
    tier: true,
    value: true,
    renewal: true,
    deals: true,
    purchases: true,
    loyalty: true,
  }).shape,
  owner: party.optional(),
});

/** The four answers about a customer, with what goes on right now and what the CRM knows. */
export const brief = z.strictObject({
  customer,
  position: z.int().describe('The place in the ledger that it speaks of.'),
  now: z.array(
    z.strictObject({
      conversation: z.uuid(),
      channel,
      since: z.string(),
      intent: z.string().optional(),
      lastWords: z.string().optional(),
      lastAt: z.string(),
    }),
  ),
  lastTalkedAbout: answered(lastTalkedAbout),
  responsible: answered(responsible),
  nextStep: answered(nextStep),
  happened: answered(happened),
  crm: answered(crm),
});
export type Brief = z.infer<typeof brief>;
