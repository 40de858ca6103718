import { randomUUID } from 'node:crypto';
import { type Draft, type InteractionInput, streamOf } from '@throughline/contracts';
import type { Vault } from '@throughline/privacy';

/** The tenant of all benches. */
export const tenant = 'bench';
/** How many messages a conversation has. */
export const perConversation = 5;
const agents = 20;

const words =
  'thank you for the quick answer the screen is still dark after the update and the warranty runs until next spring so please tell me whether a replacement can be sent to the office before the end of the month'.split(' '); // prettier-ignore

/** Some two hundred characters, another text for each number. */
const textOf = (n: number): string =>
  Array.from({ length: 40 }, (_, at) => words[(n * 7 + at * (1 + (n % 3))) % words.length]).join(' ');

/** The n-th interaction of a caller as a client declares it: a mail between one of so many customers and an agent of ours. */
export const interactionOf = (caller: number | string, n: number, customers: number): InteractionInput => {
  const conversation = Math.floor(n / perConversation);
  const customer = typeof caller === 'number' ? (caller * 7_919 + conversation * 31) % customers : n % customers;
  const inbound = n % 2 === 0;
  const people: InteractionInput['participants'] = [
    { role: 'customer', handle: `email:customer-${customer}@example.com`, name: `Customer ${customer}` },
    { role: 'agent', handle: `email:agent-${customer % agents}@acme.example`, name: `Agent ${customer % agents}` },
  ];
  return {
    source: 'bench',
    key: `${caller}/${n}`,
    channel: 'email',
    direction: inbound ? 'inbound' : 'outbound',
    kind: 'support',
    occurredAt: new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString(),
    conversation: `${caller}/${conversation}`,
    intent: 'hardware.screen',
    priority: 'normal',
    language: 'en',
    subject: `Dark screen ${conversation}`,
    text: textOf(n),
    participants: inbound ? people : people.toReversed(),
  };
};

/** The event that it becomes, not yet sealed, and its stream. */
export const draftOf = (
  vault: Vault,
  input: InteractionInput,
): { stream: string; draft: Draft<'InteractionCaptured'> } => {
  const { source, key, conversation = key, occurredAt, participants, ...rest } = input;
  const id = vault.conversationId(tenant, source, conversation);
  return {
    stream: streamOf.conversation(id),
    draft: {
      id: randomUUID(),
      type: 'InteractionCaptured',
      occurredAt,
      meta: { actor: 'bench' },
      data: {
        ...rest,
        source,
        conversation: id,
        author: 0,
        participants: participants.map(({ role, handle, name }) => ({
          id: vault.handleId(tenant, handle),
          role,
          handle,
          name,
        })),
        declared: { key, conversation },
      },
    },
  };
};
