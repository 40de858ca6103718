import { type DataOf, type Instant, type Recorded, uuid } from '@throughline/contracts';
import { z } from 'zod';
import { person } from '../edge.ts';
import type { Heard } from '../matter/matter.ts';

const words = z.string().optional();

/** What whoever takes a matter over reads first: what the customer asked, what was tried, and where the rest is. */
export const packet = z.strictObject({
  matter: uuid,
  customer: uuid,
  since: z.string(),
  intent: z.string().optional(),
  topic: z.string().optional(),
  summary: z.strictObject({
    asked: words.describe('What the customer said first.'),
    last: words.describe('What the customer said last, where that is something else.'),
    lastAt: z.string().optional(),
  }),
  tried: z.array(
    z.strictObject({ at: z.string(), by: z.string(), channel: z.string().optional(), words, agent: person.optional() }),
  ),
  notes: z.array(z.string()).describe('What those who handed it on said.'),
  conversations: z.array(z.strictObject({ id: uuid, channel: z.string().optional(), lastAt: z.string().optional() })),
  brief: z.string().describe('Where the customer’s brief is.'),
});
export type Packet = z.infer<typeof packet>;

const most = 280;

/** The beginning of a text in one line: whole sentences as far as they fit, else whole words. */
export const beginningOf = (text: string | undefined, longest = most): string | undefined => {
  const line = text?.replace(/\s+/g, ' ').trim();
  if (!line || line.length <= longest) return line || undefined;
  const cut = line.slice(0, longest);
  const sentence = /^.*[.!?](?=\s)/.exec(cut)?.[0];
  if (sentence !== undefined && sentence.length > longest / 3) return sentence;
  return `${cut.slice(0, cut.lastIndexOf(' ') > 0 ? cut.lastIndexOf(' ') : longest - 1)} …`;
};

type Interaction = Recorded<'InteractionCaptured'>;

const wordsOf = ({ data: { subject, text } }: Interaction): string | undefined => beginningOf(text ?? subject);

const roleOf = ({
  data: { participants, author },
}: Interaction): DataOf<'InteractionCaptured'>['participants'][number]['role'] => participants[author]?.role ?? 'other';

const mostTried = 5;

/** What a packet is made of. */
export type Contents = {
  readonly matter: Heard;
  readonly conversations: Packet['conversations'];
  /** Opened, in any order. */
  readonly interactions: readonly Interaction[];
  readonly notes: readonly string[];
  readonly face: (id: string) => z.infer<typeof person>;
};

const inTime = (one: { readonly at: Instant }, other: { readonly at: Instant }): number =>
  Date.parse(one.at) - Date.parse(other.at);

/** Made of what was said and done, the same words each time; nothing is invented. */
export const packetOf = ({ matter, conversations, interactions, notes, face }: Contents): Packet => {
  const said = interactions.toSorted((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt));
  const asked = said.filter((one) => roleOf(one) === 'customer');
  const [first, last] = [asked[0], asked.at(-1)];
  const answered = said
    .filter((one) => one.data.direction === 'outbound' && roleOf(one) !== 'customer')
    .map((one) => ({ at: one.occurredAt, by: roleOf(one), channel: one.data.channel, words: wordsOf(one) }));
  const held = matter.holders.map(({ agent, at }) => ({ at, by: 'agent', agent: face(agent) }));
  return {
    matter: matter.matter,
    customer: matter.subject,
    since: matter.since,
    intent: matter.asked.intent,
    topic: matter.asked.topic,
    summary: {
      asked: first && wordsOf(first),
      last: last && last !== first ? wordsOf(last) : undefined,
      lastAt: last?.occurredAt,
    },
    tried: [...held, ...answered].toSorted(inTime).slice(-mostTried),
    notes: [...notes],
    conversations,
    brief: `/v1/customers/${matter.subject}/brief`,
  };
};
