import { attachment, channel, classification, direction, kind, type Recorded, role } from '@throughline/contracts';
import { z } from 'zod';
import type { HeardName } from '../heard.ts';
import { plainInstant } from '../instant.ts';
import { party } from '../party/party.ts';
import { type Amended, amended, amendment } from './amendment.ts';
import {
  deliveryShown,
  deliveryStep,
  matterShown,
  matterStep,
  type Named,
  promiseShown,
  promiseStep,
} from './decision.ts';

const participant = party.extend({
  role,
  account: z.strictObject({ id: z.uuid(), key: z.string().optional(), name: z.string().optional() }).optional(),
  also: z.array(party.extend({ verified: z.boolean() })).optional(),
});

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
  until: z.string().optional().describe('It rests until then.'),
  from: party.optional().describe('Who was to do it before.'),
  done: z.strictObject({ at: z.string(), outcome: z.string().optional(), event: z.uuid() }).optional(),
});

/** What a line of a timeline is about. The first two are people's words, the others are decisions. */
export const entryTypes = [
  'interaction', 'note', 'task', 'task-snoozed', 'task-handed-on', 'task-completed', 'owner', 'link', 'link-retracted',
  'session-ended', 'erased',
  'promise', 'promise-met', 'promise-breached', 'promise-corrected',
  'queued', 'assigned', 'handed-on', 'matter-closed', 'delivered', 'delivery-rejected', 'delivery-parked',
] as const; // prettier-ignore
export const entryType = z.enum(entryTypes);
export type EntryType = z.infer<typeof entryType>;
/** What a timeline shows unless it is asked for all: what people said, and that it is gone. */
export const words: readonly EntryType[] = ['interaction', 'note', 'erased'];

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
  expired: z.literal(true).optional().describe('Words, names or addresses are over the time for which they are kept.'),
  sealed: z.literal(true).optional().describe('Words, names and addresses are there, and not opened for you.'),
  note: note.optional(),
  task: task.optional(),
  owner: party.nullable().optional(),
  link: z.strictObject({ id: z.uuid(), a: party, b: party, rule: z.string().optional() }).optional(),
  session: z.strictObject({ number: z.int(), by: z.string(), outcome: z.string().optional() }).optional(),
  matter: matterStep.optional(),
  promise: promiseStep.optional(),
  delivery: deliveryStep.optional(),
  actor: z.string(),
});
export type Entry = z.infer<typeof entry>;

/**
 * Events that are no lines of a timeline: an amendment is part of its interaction's line, what leads to a decision is
 * told by it, and the others are about nobody's relationship.
 */
type Unlined =
  | 'InteractionAmended'
  | 'ConversationsJoined'
  | 'MatterOpened'
  | 'MatterOffered'
  | 'MatterReopened'
  | 'AgentDefined'
  | 'TeamDefined'
  | 'DeliveryPlanned'
  | 'DeliveryRetried'
  | 'DeliveryDropped'
  | 'CrmContextRead'
  | 'PromisePaused'
  | 'PromiseResumed'
  | 'PromiseEnded'
  | 'SessionPolicySet'
  | 'HandleRemembered';

/** Events that are lines of a timeline. */
export type EntryEvent = Exclude<HeardName, Unlined>;

/** The type of line that each of those events makes. */
export const typeOf: { readonly [Name in EntryEvent]: EntryType } = {
  InteractionCaptured: 'interaction',
  NoteWritten: 'note',
  TaskScheduled: 'task',
  TaskSnoozed: 'task-snoozed',
  TaskHandedOn: 'task-handed-on',
  TaskCompleted: 'task-completed',
  OwnerAssigned: 'owner',
  HandlesLinked: 'link',
  LinkRetracted: 'link-retracted',
  SessionEnded: 'session-ended',
  SubjectErased: 'erased',
  MatterQueued: 'queued',
  MatterAssigned: 'assigned',
  MatterHandedOn: 'handed-on',
  MatterClosed: 'matter-closed',
  PromiseMade: 'promise',
  PromiseMet: 'promise-met',
  PromiseBreached: 'promise-breached',
  PromiseCorrected: 'promise-corrected',
  DeliveryConfirmed: 'delivered',
  DeliveryRejected: 'delivery-rejected',
  DeliveryParked: 'delivery-parked',
};

/** Whether an event is a line of a timeline. */
export const isLine = (event: Recorded<HeardName>): event is Recorded<EntryEvent> => Object.hasOwn(typeOf, event.type);

/** What an entry shows that its own event does not know. */
export type Beside = Partial<Named> & {
  /** Its amendments, oldest first. */
  readonly amendments?: readonly Amended[];
  /** The conversation that one was joined into, or itself. */
  readonly rootOf?: (conversation: string) => string;
};

/** The line that an event makes, its personal fields as far as they could be opened. */
export const entryOf = (event: Recorded<EntryEvent>, { amendments = [], ...beside }: Beside = {}): Entry => ({
  id: event.id,
  position: Number(event.position),
  occurredAt: plainInstant(event.occurredAt),
  recordedAt: event.recordedAt,
  type: typeOf[event.type],
  participants: [],
  ...contentOf(event, { ...nothing, ...beside }),
  ...(amendments.length > 0 && amended(amendments)),
  ...(event.erased && { erased: true as const }),
  ...(event.expired && { expired: true as const }),
  ...(event.sealed && { sealed: true as const }),
  actor: event.meta.actor,
});

type Content = Omit<Partial<Entry>, 'id' | 'position' | 'type'>;

type Known = Named & Required<Pick<Beside, 'rootOf'>>;

const nothing: Known = { rootOf: (id) => id, partyOf: (id) => ({ id }), recordOf: () => undefined };

const contentOf = (event: Recorded<EntryEvent>, known: Known): Content => {
  const { rootOf } = known;
  switch (event.type) {
    case 'InteractionCaptured':
      return interactionOf(event.data, rootOf);
    case 'NoteWritten': {
      const { note: _, subject: __, backfill: ___, ...said } = event.data;
      return { note: said };
    }
    case 'TaskScheduled': {
      const { task: id, what, owner, due } = event.data;
      return { task: { id, what, owner, due } };
    }
    case 'TaskSnoozed':
      return { task: { id: event.data.task, until: event.data.until } };
    case 'TaskHandedOn': {
      const { task: id, from, to } = event.data;
      return { task: { id, from: known.partyOf(from), owner: to } };
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
    case 'MatterQueued':
    case 'MatterAssigned':
    case 'MatterHandedOn':
    case 'MatterClosed':
      return matterShown(event, known);
    case 'PromiseMade':
    case 'PromiseMet':
    case 'PromiseBreached':
    case 'PromiseCorrected':
      return promiseShown(event);
    case 'DeliveryConfirmed':
    case 'DeliveryRejected':
    case 'DeliveryParked':
      return deliveryShown(event, known);
  }
};

const interactionOf = (data: Recorded<'InteractionCaptured'>['data'], rootOf: (id: string) => string): Content => {
  const { conversation, mentions: _, end: __, declared, ...shown } = data;
  return { ...shown, conversation: rootOf(conversation), key: declared?.key };
};
