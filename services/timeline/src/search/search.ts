import type { Recorded } from '@throughline/contracts';
import { mentionsOf } from '../party/party.ts';

const join = (texts: readonly (string | undefined)[]): string => texts.filter((text) => text !== undefined).join('\n');

/** The events that words and names are found in. */
export const findable = [
  'InteractionCaptured', 'InteractionAmended', 'HandlesLinked', 'NoteWritten', 'TaskScheduled', 'TaskHandedOn', 'TaskCompleted',
  'OwnerAssigned', 'MatterHandedOn', 'HandleRemembered',
] as const; // prettier-ignore

/** One of them, opened. */
export type Findable = Recorded<(typeof findable)[number]>;

/** Everything of an event that one may want to find it by, in clear; quoted parts are found where they were said. */
export const findableText = (event: Findable): string => {
  switch (event.type) {
    case 'InteractionCaptured': {
      const { subject, text, topic, intent, attachments = [], participants } = event.data;
      const names = participants.flatMap(({ name, handle, account }) => [name, valueOf(handle), account?.name]);
      return join([subject, text, topic, intent, ...attachments.map(({ name }) => name), ...names]);
    }
    case 'InteractionAmended':
      return join([event.data.subject, event.data.text]);
    case 'NoteWritten': {
      const { discussed, decided, text, nextStep } = event.data;
      return join([discussed, decided, text, nextStep?.what]);
    }
    case 'TaskScheduled':
      return join([event.data.what]);
    case 'MatterHandedOn':
      return join([event.data.packet.note]);
    case 'TaskCompleted':
      return join([event.data.outcome]);
    case 'HandlesLinked':
    case 'TaskHandedOn':
    case 'OwnerAssigned':
    case 'HandleRemembered':
      return '';
  }
};

/** A handle without its namespace. */
export const valueOf = (handle: string | undefined): string | undefined => handle?.slice(handle.indexOf(':') + 1);

/** What one may type to find a party or an account. */
export type Spelling = { readonly party: string; readonly texts: readonly string[] };

const fieldAt = (data: unknown, pointer: string): Record<string, unknown> =>
  pointer
    .split('/')
    .slice(1)
    .reduce((value, step) => (value as Record<string, unknown>)[step], data) as Record<string, unknown>;

/** How the parties and accounts that an opened event names are spelt in it. */
export const spellingsIn = (event: Findable): Spelling[] =>
  mentionsOf(event).flatMap(({ id: party, at }) => {
    const { handle, name, key } = fieldAt(event.data, at) as { handle?: string; name?: string; key?: string };
    const texts = [name, valueOf(handle), key].filter((text) => text !== undefined);
    return texts.length > 0 ? [{ party, texts }] : [];
  });
