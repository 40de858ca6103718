import { hash, randomUUID } from 'node:crypto';
import { type Draft, type InteractionInput, streamOf } from '@throughline/contracts';
import type { Vault } from '@throughline/privacy';

/** The tenant of all benches. */
export const tenant = 'default';
/** How many messages a conversation has. */
const perConversation = 5;
/** How many events are made to be stored over and over, and how many customers they are about. */
const made = 5_000;
const customers = 1_000;
const agents = 20;

const words =
  'thank you for the quick answer the screen is still dark after the update and the warranty runs until next spring so please tell me whether a replacement can be sent to the office before the end of the month'.split(' '); // prettier-ignore

/** Some two hundred characters, another text for each number. */
const textOf = (n: number): string =>
  Array.from({ length: 40 }, (_, at) => words[(n * 7 + at * (1 + (n % 3))) % words.length]).join(' ');

/** To which of so many customers the n-th interaction belongs, when each writes one conversation after the other. */
export const customerOf = (n: number, customers: number): number => Math.floor(n / perConversation) % customers;

/** A customer's address. */
export const handleOf = (customer: number): string => `email:customer-${customer}@example.com`;

/** The n-th interaction as a client declares it: a mail between a customer and an agent of ours, five to a conversation. */
export const interactionOf = (n: number, customer: number): InteractionInput => {
  const conversation = Math.floor(n / perConversation);
  const inbound = n % 2 === 0;
  const people: InteractionInput['participants'] = [
    { role: 'customer', handle: handleOf(customer), name: `Customer ${customer}` },
    { role: 'agent', handle: `email:agent-${customer % agents}@acme.example`, name: `Agent ${customer % agents}` },
  ];
  return {
    source: 'bench',
    key: `message-${n}`,
    channel: 'email',
    direction: inbound ? 'inbound' : 'outbound',
    kind: 'support',
    occurredAt: new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString(),
    conversation: `ticket-${conversation}`,
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

/** An event as it is stored. */
export type StoredBytes = {
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly data: string;
  readonly meta: string;
  readonly fingerprint: string;
  readonly sealedUnder: readonly string[];
  /** For who wants objects. */
  readonly parsed: { readonly data: Json; readonly meta: Json };
};
export type Json = Record<string, unknown>;

/** An endless supply: events to be sealed, and events sealed already. */
export type Supply = {
  readonly fresh: () => { readonly stream: string; readonly draft: Draft };
  readonly stored: () => StoredBytes;
};

/**
 * The same events over and over under new ids in new streams, to be sealed or sealed already; every customer's keys are
 * made. A stream's next event comes a thousand events later, so that nobody waits for, or loses against, itself.
 */
export const supply = async (vault: Vault): Promise<Supply> => {
  const drafts = Array.from({ length: made }, (_, n) => draftOf(vault, interactionOf(n, customerOf(n, customers))));
  const sealed = await vault.seal(
    tenant,
    drafts.map(({ draft }) => draft),
  );
  const events = sealed.map(({ event, sealedUnder }) => {
    const parsed = { data: JSON.parse(event.data) as Json, meta: JSON.parse(event.meta) as Json };
    return { ...event, fingerprint: hash('sha256', event.data), sealedUnder, parsed };
  });
  const conversations = made / perConversation;
  const next = (n: number) => {
    const turn = Math.floor(n / conversations) % perConversation;
    const at = (n % conversations) * perConversation + turn;
    return { at, stream: `${drafts[at]!.stream}-${Math.floor(n / made)}`, id: randomUUID(), version: turn + 1 };
  };
  let n = 0;
  return {
    fresh: () => {
      const { at, stream, id } = next((n += 1));
      return { stream: `fresh-${stream}`, draft: { ...drafts[at]!.draft, id } };
    },
    stored: () => {
      const { at, ...place } = next((n += 1));
      return { ...events[at]!, ...place };
    },
  };
};
