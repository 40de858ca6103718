import { attachment, channel, classification, direction, kind, type Recorded, role } from '@throughline/contracts';
import { z } from 'zod';
import type { HeardName } from '../heard.ts';
import { party } from '../party/party.ts';

const participant = party.extend({
  role,
  account: z.strictObject({ id: z.uuid(), key: z.string().optional(), name: z.string().optional() }).optional(),
  also: z.array(party.extend({ verified: z.boolean() })).optional(),
});

const amendment = z.strictObject({
  change: z.enum(['edited', 'withdrawn', 'status', 'transcript', 'kind']),
  at: z.string(),
  by: z.string(),
  text: z.string().optional(),
  subject: z.string().optional(),
  status: z.string().optional(),
  kind: kind.optional(),
  reason: z.string().optional(),
});
export type Amendment = z.infer<typeof amendment>;

const note = z.strictObject({
  discussed: z.string().optional(),
  decided: z.string().optional(),
  text: z.string().optional(),
  nextStep: z
    .strictObject({ what: z.string().optional(), owner: party.optional(), due: z.string().optional() })
    .optional(),
});

const task = z.strictObject({
  id: z.uuid(),
  what: z.string().optional(),
  owner: party.optional(),
  due: z.string().optional(),
  done: z.strictObject({ at: z.string(), outcome: z.string().optional(), event: z.uuid() }).optional(),
});

/** What a line of a timeline is about. The first two are people's words, the others are decisions. */
export const entryTypes = [
  'interaction', 'note', 'task', 'task-completed', 'owner', 'link', 'link-retracted', 'session-ended', 'erased',
] as const; // prettier-ignore
export const entryType = z.enum(entryTypes);
export type EntryType = z.infer<typeof entryType>;
export const words: readonly EntryType[] = ['interaction', 'note'];

/** One line of a timeline, as REST, gRPC and the event stream answer it. */
export const entry = z.strictObject({
  id: z.uuid(),
  position: z.int(),
  occurredAt: z.string(),
  recordedAt: z.string(),
  type: entryType,
  channel: channel.optional(),
  direction: direction.optional(),
  kind: kind.optional(),
  ...classification,
  conversation: z.uuid().optional(),
  source: z.string().optional(),
  key: z.string().optional(),
  automatic: z.boolean().optional(),
  backfill: z.boolean().optional(),
  participants: z.array(participant),
  author: z.int().optional(),
  subject: z.string().optional(),
  text: z.string().optional(),
  quoted: z.string().optional(),
  attachments: z.array(attachment).optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  amendments: z.array(amendment).optional(),
  withdrawn: z.literal(true).optional(),
  edited: z.literal(true).optional(),
  erased: z.literal(true).optional(),
  note: note.optional(),
  task: task.optional(),
  owner: party.nullable().optional(),
  link: z.strictObject({ id: z.uuid(), a: party, b: party, rule: z.string().optional() }).optional(),
  session: z.strictObject({ number: z.int(), by: z.string(), outcome: z.string().optional() }).optional(),
  actor: z.string(),
});
export type Entry = z.infer<typeof entry>;

/** Events that are lines of a timeline. An amendment is part of its interaction's line; a join of conversations is none. */
export type EntryEvent = Exclude<HeardName, 'InteractionAmended' | 'ConversationsJoined'>;

/** The type of line that each of those events makes. */
export const typeOf: { readonly [Name in EntryEvent]: EntryType } = {
  InteractionCaptured: 'interaction',
  NoteWritten: 'note',
  TaskScheduled: 'task',
  TaskCompleted: 'task-completed',
  OwnerAssigned: 'owner',
  HandlesLinked: 'link',
  LinkRetracted: 'link-retracted',
  SessionEnded: 'session-ended',
  SubjectErased: 'erased',
};

/** What an entry shows that its own event does not know. */
export type Beside = {
  /** Its amendments, oldest first. */
  readonly amendments?: readonly Recorded<'InteractionAmended'>[];
  /** The conversation that one was joined into, or itself. */
  readonly rootOf?: (conversation: string) => string;
};

/** RFC 3339 without the zeros that a database fills the fraction up with. */
export const plainInstant = (at: string): string =>
  at.replace(/\.(\d*?)0*Z$/, (_, fraction: string) => (fraction ? `.${fraction}Z` : 'Z'));

/** The line that an event makes, its personal fields as far as they could be opened. */
export const entryOf = (event: Recorded<EntryEvent>, { amendments = [], rootOf = (id) => id }: Beside = {}): Entry => ({
  id: event.id,
  position: Number(event.position),
  occurredAt: plainInstant(event.occurredAt),
  recordedAt: event.recordedAt,
  type: typeOf[event.type],
  participants: [],
  ...contentOf(event, rootOf),
  ...(amendments.length > 0 && amended(amendments)),
  ...(event.erased && { erased: true as const }),
  actor: event.meta.actor,
});

type Content = Omit<Partial<Entry>, 'id' | 'position' | 'type'>;

const contentOf = (event: Recorded<EntryEvent>, rootOf: (conversation: string) => string): Content => {
  switch (event.type) {
    case 'InteractionCaptured':
      return interactionOf(event.data, rootOf);
    case 'NoteWritten': {
      const { note: _, subject: __, ...said } = event.data;
      return { note: said };
    }
    case 'TaskScheduled': {
      const { task: id, what, owner, due } = event.data;
      return { task: { id, what, owner, due } };
    }
    case 'TaskCompleted': {
      const { task: id, outcome } = event.data;
      return { task: { id, done: { at: plainInstant(event.occurredAt), outcome, event: event.id } } };
    }
    case 'OwnerAssigned':
      return { owner: event.data.owner ?? null };
    case 'HandlesLinked': {
      const { link: id, a, b, rule } = event.data;
      return { link: { id, a, b, rule } };
    }
    case 'LinkRetracted': {
      const { link: id, a, b } = event.data;
      return { link: { id, a: { id: a }, b: { id: b } } };
    }
    case 'SessionEnded': {
      const { conversation, session: number, by, outcome } = event.data;
      return { conversation: rootOf(conversation), session: { number, by, outcome } };
    }
    case 'SubjectErased':
      return { erased: true };
  }
};

const interactionOf = (data: Recorded<'InteractionCaptured'>['data'], rootOf: (id: string) => string): Content => {
  const { conversation, mentions: _, declared, ...shown } = data;
  return { ...shown, conversation: rootOf(conversation), key: declared?.key };
};

/** What amendments, oldest first, make of an interaction's line: the newest words, kind and standing win. */
const amended = (amendments: readonly Recorded<'InteractionAmended'>[]): Partial<Entry> => {
  const result: Partial<Entry> = { amendments: amendments.map(amendmentOf) };
  for (const { data } of amendments)
    switch (data.change) {
      case 'edited':
        result.edited = true;
        result.subject = data.subject ?? result.subject;
        result.text = data.text ?? result.text;
        break;
      case 'withdrawn':
        result.withdrawn = true;
        break;
      case 'kind':
        result.kind = data.kind;
        break;
      case 'status':
      case 'transcript':
        break;
    }
  return result;
};

const amendmentOf = ({ data, occurredAt, meta }: Recorded<'InteractionAmended'>): Amendment => {
  const { interaction: _, conversation: __, owners: ___, ...said } = data;
  return { ...said, at: plainInstant(occurredAt), by: meta.actor };
};
