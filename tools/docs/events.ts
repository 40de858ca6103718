import { type EventName, eventSchemas, jsonSchemaOf, personalFieldsOf, schemaVersions } from '@throughline/contracts';
import { format } from 'prettier';

type Schema = {
  type?: string;
  format?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  personal?: string;
};

/** Of each event who appends it, to which stream, and what it says. */
export const about: Record<EventName, { by: string; stream: string; says: string }> = {
  InteractionCaptured: { by: 'capture', stream: 'conversation', says: 'One touch on one channel at one moment.' },
  InteractionAmended: {
    by: 'capture',
    stream: 'conversation',
    says: 'What became of an interaction later: edited, withdrawn, a delivery status, a transcript, another kind.',
  },
  ConversationsJoined: {
    by: 'capture',
    stream: 'conversation',
    says: 'Two conversations turned out to be one; the older id stands, the other redirects.',
  },
  SessionEnded: { by: 'capture', stream: 'conversation', says: 'A session of a conversation ended.' },
  SessionPolicySet: {
    by: 'capture',
    stream: 'policy',
    says: 'After how long without a word a session is over, by channel.',
  },
  HandlesLinked: { by: 'capture', stream: 'handle', says: 'Evidence that two handles are the same customer.' },
  LinkRetracted: { by: 'capture', stream: 'handle', says: 'A link no longer holds; what was before is there again.' },
  NoteWritten: { by: 'capture', stream: 'handle', says: 'What a person wrote down about a customer.' },
  SubjectErased: {
    by: 'capture',
    stream: 'handle',
    says: 'A person is to be forgotten; the named keys are destroyed ones.',
  },
  ErasureCompleted: {
    by: 'capture',
    stream: 'handle',
    says: 'Every store let go of a person: the certificate says what, when and where.',
  },
  RetentionPolicySet: { by: 'capture', stream: 'policy', says: 'For how long what customers said is kept.' },
  ContentExpired: {
    by: 'capture',
    stream: 'expired',
    says: 'What was sealed for some handles in a quarter is over its time; their keys of that quarter are destroyed ones.',
  },
  HandleRemembered: {
    by: 'capture and routing',
    stream: 'handle',
    says: 'The handle and the name of a customer of whom nothing else tells them: who is still around, told again before what told them last expires; or who called, and said nothing yet.',
  },
  TaskScheduled: { by: 'routing', stream: 'task', says: 'Somebody is to do something for a customer by an instant.' },
  TaskSnoozed: { by: 'routing', stream: 'task', says: 'A task is to rest until an instant; it stays due when it is.' },
  TaskHandedOn: {
    by: 'routing',
    stream: 'task',
    says: 'Somebody else is to do it: a person said so, or who was to do it is no longer here.',
  },
  TaskCompleted: { by: 'routing', stream: 'task', says: 'A task was done.' },
  TaskCancelled: {
    by: 'routing',
    stream: 'task',
    says: 'A task is not to be done any more: whom it was for is erased.',
  },
  OwnerAssigned: {
    by: 'routing',
    stream: 'handle or account',
    says: 'Who is responsible for a customer or an account from now on; without `owner`, nobody.',
  },
  DeliveryPlanned: {
    by: 'crm-writeback',
    stream: 'delivery',
    says: 'Something is to be written to a CRM, once. It carries no words: they are read when it is written.',
  },
  DeliveryAttempted: {
    by: 'crm-writeback',
    stream: 'delivery',
    says: 'It is being written; appended before anything is sent.',
  },
  DeliveryConfirmed: { by: 'crm-writeback', stream: 'delivery', says: 'The CRM has it.' },
  DeliveryRejected: {
    by: 'crm-writeback',
    stream: 'delivery',
    says: 'The CRM does not take it as it is: a person must look.',
  },
  DeliveryParked: {
    by: 'crm-writeback',
    stream: 'delivery',
    says: 'It could not be written for now; the same may succeed later, when somebody asks for it.',
  },
  DeliveryRetried: {
    by: 'crm-writeback',
    stream: 'delivery',
    says: 'What was rejected or parked is to be tried again.',
  },
  DeliveryDropped: { by: 'crm-writeback', stream: 'delivery', says: 'It is not to be written any more.' },
  CrmContextRead: {
    by: 'crm-writeback',
    stream: 'connection and handle',
    says: 'What a CRM knew of a customer at a moment.',
  },
  MatterChosen: {
    by: 'routing',
    stream: 'handle',
    says: 'A conversation opens a matter, joins an open one on evidence, or is put into another one by a person.',
  },
  MatterOpened: {
    by: 'routing',
    stream: 'matter',
    says: 'Something that a customer wants solved. Who has it, or which queue, follows in the same command.',
  },
  MatterJoined: { by: 'routing', stream: 'matter', says: 'Another conversation is about this matter as well.' },
  MatterSplit: { by: 'routing', stream: 'matter', says: 'A conversation is no longer about this matter.' },
  MatterQueued: {
    by: 'routing',
    stream: 'matter',
    says: 'It waits in a team’s queue, until an instant at the latest; then the fallback has it.',
  },
  MatterOffered: {
    by: 'routing',
    stream: 'matter',
    says: 'An agent is asked to take it, until an instant at the latest.',
  },
  MatterOfferEnded: {
    by: 'routing',
    stream: 'matter',
    says: 'The offer came to nothing; a queue or another owner follows in the same command.',
  },
  MatterAssigned: { by: 'routing', stream: 'matter', says: 'Who has it from now on, and how that was decided.' },
  MatterHandedOn: {
    by: 'routing',
    stream: 'matter',
    says: 'Who had it has it no longer, and this is what they leave; the new owner or a queue follows in the same command.',
  },
  MatterClosed: { by: 'routing', stream: 'matter', says: 'It is solved, or nothing is left to solve.' },
  MatterReopened: {
    by: 'routing',
    stream: 'matter',
    says: 'The customer came back with it. Who has it, or which queue, follows in the same command.',
  },
  MatterPolicySet: {
    by: 'routing',
    stream: 'policy',
    says: 'How a tenant’s matters are opened, joined and closed.',
  },
  PromiseMade: {
    by: 'routing',
    stream: 'matter',
    says: 'The customer is to have an answer by `dueAt`, which is never computed again; it counts from when they wrote.',
  },
  PromisePaused: {
    by: 'routing',
    stream: 'matter',
    says: 'It waits for the customer, and for no time of ours.',
  },
  PromiseResumed: {
    by: 'routing',
    stream: 'matter',
    says: 'The customer wrote: what time was left counts again, until the new `dueAt`.',
  },
  PromiseMet: {
    by: 'routing',
    stream: 'matter',
    says: 'It was answered, in time or late.',
  },
  PromiseBreached: {
    by: 'routing',
    stream: 'matter',
    says: 'It was not answered by its `dueAt`, which is when this happened.',
  },
  PromiseEnded: {
    by: 'routing',
    stream: 'matter',
    says: 'No answer is due any more: its matter was closed, or its message is in the matter no more.',
  },
  PromiseCorrected: {
    by: 'routing',
    stream: 'matter',
    says: 'Something that came in late changes what was told: from now on all of this holds.',
  },
  PromisePolicySet: {
    by: 'routing',
    stream: 'policy',
    says: 'What a tenant promises, by the first rule that fits.',
  },
  CalendarDefined: {
    by: 'routing',
    stream: 'calendar',
    says: 'When people work: days, hours, holidays, in a time zone.',
  },
  TeamDefined: { by: 'routing', stream: 'team', says: 'What a team serves from now on.' },
  TeamRemoved: {
    by: 'routing',
    stream: 'team',
    says: 'There is no such team any more; what waits there is routed again.',
  },
  TurnTaken: {
    by: 'routing',
    stream: 'team',
    says: 'Whose turn it is: the team gives a waiting matter to one of its agents.',
  },
  TurnReleased: { by: 'routing', stream: 'team', says: 'The agent is free of it again.' },
  AgentDefined: { by: 'routing', stream: 'agent', says: 'Whom a team may give work to, and how much.' },
  AgentPresenceChanged: { by: 'routing', stream: 'agent', says: 'Whether an agent takes turns now.' },
  AgentRemoved: {
    by: 'routing',
    stream: 'agent',
    says: 'An agent is no longer here; all that they have is handed on.',
  },
};

const typeOf = (schema: Schema): string => {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(' ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  return schema.format ?? schema.type ?? 'any';
};

const rows = (schema: Schema, path: string, optional: boolean): string[] => {
  const inner = schema.type === 'array' ? schema.items : schema;
  const name = schema.type === 'array' ? `${path}[]` : path;
  const line = path && `| \`${name}\` | ${typeOf(schema)} | ${optional ? '' : 'yes'} | ${schema.personal ?? ''} |`;
  const below = schema.personal
    ? []
    : Object.entries(inner?.properties ?? {}).flatMap(([field, child]) =>
        rows(child, name ? `${name}.${field}` : field, !(inner?.required ?? []).includes(field)),
      );
  return [...(line ? [line] : []), ...below];
};

const section = (name: EventName): string => {
  const { by, stream, says } = about[name];
  return [
    `## ${name}`,
    `${says} Appended by **${by}** to the **${stream}** stream; schema version ${schemaVersions[name]}; ` +
      `${personalFieldsOf[name].length} personal fields.`,
    '| field | type | always | personal: whose |\n|---|---|---|---|',
    rows(jsonSchemaOf(name), '', true).join('\n'),
  ]
    .join('\n\n')
    .replace('|---|---|---|---|\n\n', '|---|---|---|---|\n');
};

const page = (): string => `# The events

This page is made by \`npm run gen\` from the schemas in \`libs/contracts/src/events\`; do not edit it.

Every event has an id, a tenant, a stream and its version in it, a position in the whole ledger, \`occurredAt\` and
\`recordedAt\`, and \`meta\`: \`actor\` (who did it), \`causation\` (the event that it follows from), \`correlation\`,
\`traceparent\`, \`schema\` (version). Outside it travels as a CloudEvent 1.0.

A **personal** field is sealed from the first event on, under the keys of its owner: the \`holder\` is the party (or
account) in whose object the field stands; the \`author\` the customer who wrote it, else all customers jointly;
\`customers\` all of them jointly; the \`subject\` the handle that the event is about. The ids of handles, accounts and
conversations are keyed hashes. Everything else is in clear text, for decisions need it and it says nothing of a person.

${(Object.keys(eventSchemas) as EventName[]).map(section).join('\n\n')}
`;

/** docs/events.md, made from the schemas that the code runs on, so that the page cannot say anything else. */
export const eventsPage = (): Promise<string> => format(page(), { parser: 'markdown', printWidth: 120 });
