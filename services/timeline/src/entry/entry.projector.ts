import { type Change, table } from '@throughline/read-model';
import type { HeardEvent, HeardName } from '../heard.ts';
import { type EntryEvent, typeOf } from './entry.ts';

/** Every line of every timeline, once, and what else is read again (who our people are, what CRMs told): events as they are stored, still sealed. */
export const entries = table({
  name: 'timeline.entry',
  columns: {
    tenant: 'text',
    position: 'bigint',
    event: 'uuid',
    type: 'text',
    stream: 'text',
    version: 'integer',
    occurred_at: 'timestamptz',
    recorded_at: 'timestamptz',
    handles: 'uuid[]',
    data: 'text',
    meta: 'text',
  },
  key: ['tenant', 'position'],
  merge: 'keep',
});

const line = {
  occurred_at: 'timestamptz',
  position: 'bigint',
  event: 'uuid',
  type: 'text',
  channel: 'text?',
  direction: 'text?',
  kind: 'text?',
  conversation: 'uuid?',
  automatic: 'boolean',
} as const;

/** The timeline of each handle, all that its filters ask for in the index itself. Customers are joined on reading. */
export const entriesOfHandles = table({
  name: 'timeline.entry_of_handle',
  columns: { tenant: 'text', handle: 'uuid', ...line },
  key: ['tenant', 'handle', 'occurred_at', 'position'],
  merge: 'keep',
});

/** The same of each account. */
export const entriesOfAccounts = table({
  name: 'timeline.entry_of_account',
  columns: { tenant: 'text', account: 'uuid', ...line },
  key: ['tenant', 'account', 'occurred_at', 'position'],
  merge: 'keep',
});

/** What became of interactions later, sealed as stored; joined to their entries on reading. */
export const amendments = table({
  name: 'timeline.amendment',
  columns: {
    tenant: 'text',
    interaction: 'uuid',
    position: 'bigint',
    event: 'uuid',
    stream: 'text',
    version: 'integer',
    occurred_at: 'timestamptz',
    recorded_at: 'timestamptz',
    kind: 'text?',
    data: 'text',
    meta: 'text',
  },
  key: ['tenant', 'interaction', 'position'],
  merge: 'keep',
});

/** Events that are no lines and are kept all the same: they tell what others only refer to. */
const kept: readonly HeardName[] = ['AgentDefined', 'TeamDefined', 'CrmContextRead', 'HandleRemembered'];

/** What an event does not say of itself: who is in a conversation, and whom a matter or a delivery is about. */
export type About = {
  readonly inConversation: (conversation: string) => readonly string[];
  readonly subjectOf: (noun: string) => readonly string[];
};

const isEntry = (name: HeardName): name is EntryEvent => Object.hasOwn(typeOf, name);

/** The handles whose timeline an event is a line of. An ended session is one of everybody in its conversation. */
export const handlesOf = (event: HeardEvent, { inConversation, subjectOf }: About): readonly string[] => {
  switch (event.type) {
    case 'InteractionCaptured':
      return [...new Set(event.data.participants.map(({ id }) => id))];
    case 'NoteWritten':
    case 'TaskScheduled':
    case 'TaskSnoozed':
    case 'TaskHandedOn':
    case 'TaskCompleted':
    case 'MatterHandedOn':
    case 'PromiseMade':
    case 'DeliveryRejected':
    case 'DeliveryParked':
      return [event.data.subject];
    case 'OwnerAssigned':
      return event.data.of === 'customer' ? [event.data.subject] : [];
    case 'HandlesLinked':
      return [event.data.a.id, event.data.b.id];
    case 'LinkRetracted':
      return [event.data.a, event.data.b];
    case 'SessionEnded':
      return inConversation(event.data.conversation);
    case 'SubjectErased':
      return event.data.subjects;
    case 'MatterQueued':
    case 'MatterAssigned':
    case 'MatterClosed':
    case 'PromiseMet':
    case 'PromiseBreached':
    case 'PromiseCorrected':
      return subjectOf(event.data.matter);
    case 'DeliveryConfirmed':
      return subjectOf(event.data.delivery);
    case 'InteractionAmended':
    case 'ConversationsJoined':
    case 'MatterOpened':
    case 'MatterOffered':
    case 'MatterReopened':
    case 'AgentDefined':
    case 'TeamDefined':
    case 'DeliveryPlanned':
    case 'DeliveryRetried':
    case 'DeliveryDropped':
    case 'CrmContextRead':
    case 'PromisePaused':
    case 'PromiseResumed':
    case 'PromiseEnded':
    case 'SessionPolicySet':
    case 'HandleRemembered':
      return [];
  }
};

const accountsOf = (event: HeardEvent): string[] => {
  if (event.type === 'InteractionCaptured')
    return [...new Set(event.data.participants.flatMap(({ account }) => account?.id ?? []))];
  return event.type === 'OwnerAssigned' && event.data.of === 'account' ? [event.data.subject] : [];
};

const lineOf = (event: HeardEvent, type: string) => {
  const { id, position, occurredAt } = event;
  const bare = { occurred_at: occurredAt, position, event: id, type, automatic: false };
  if (event.type === 'SessionEnded') return { ...bare, conversation: event.data.conversation };
  if (event.type !== 'InteractionCaptured') return bare;
  const { channel, direction, kind, conversation, automatic = false } = event.data;
  return { ...bare, channel, direction, kind, conversation, automatic };
};

const storedRow = ({ id, tenant, position, occurredAt, recordedAt, stored }: HeardEvent) => ({
  tenant,
  position,
  event: id,
  stream: stored.stream,
  version: stored.version,
  occurred_at: occurredAt,
  recorded_at: recordedAt,
  data: stored.data,
  meta: stored.meta,
});

/** The rows that one event makes in the tables above. */
export function* entryRows(event: HeardEvent, about: About): Iterable<Change> {
  const { tenant, type: name } = event;
  if (event.type === 'InteractionAmended')
    yield amendments.put({ ...storedRow(event), interaction: event.data.interaction, kind: event.data.kind });
  if (kept.includes(name)) yield entries.put({ ...storedRow(event), type: name, handles: [] });
  if (!isEntry(name)) return;
  const handles = handlesOf(event, about);
  const line = lineOf(event, typeOf[name]);
  yield entries.put({ ...storedRow(event), type: name, handles: [...handles] });
  for (const handle of handles) yield entriesOfHandles.put({ tenant, handle, ...line });
  for (const account of accountsOf(event)) yield entriesOfAccounts.put({ tenant, account, ...line });
}
