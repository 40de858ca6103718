import { type EventName, eventSchemas } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import { type Change, type Heard, projector } from '@throughline/read-model';
import { accountRows, accounts, accountsOfHandles } from './account/account.projector.ts';
import { arrangementRows, arrangementsOfAccounts, arrangementsOfHandles } from './arrangement/arrangement.projector.ts';
import {
  conversationRows,
  conversationsOfHandles,
  endedSessions,
  joinedConversations,
  sessionPolicies,
} from './conversation/conversation.projector.ts';
import { crmContexts, crmRows } from './crm/crm.projector.ts';
import { contactRows, contacts } from './customer/customer.projector.ts';
import { deliveries, deliveryRows } from './delivery/delivery.projector.ts';
import { typeOf } from './entry/entry.ts';
import { amendments, entries, entriesOfAccounts, entriesOfHandles, entryRows } from './entry/entry.projector.ts';
import { type Buried, burying, erasedHandles, readBuried } from './erasure/erasure.projector.ts';
import { factRow, facts } from './fact/fact.projector.ts';
import { type HeardEvent, isHeard } from './heard.ts';
import { matterRows, matters } from './matter/matter.projector.ts';
import { noteRows, notes } from './note/note.projector.ts';
import { ownerRows, owners } from './owner/owner.projector.ts';
import { theirsIn } from './party/party.ts';
import { faceRows, faces } from './party/party.projector.ts';
import { promiseRows, promises } from './promise/promise.projector.ts';
import { taskRows, tasks } from './task/task.projector.ts';
import { tallies, volumeRows, volumes, volumesOfHandles } from './volume/volume.projector.ts';

/** What the events of a batch refer to: who was in the conversations whose sessions it ends, and whom its matters and deliveries are about. */
type Before = {
  readonly present: ReadonlyMap<string, ReadonlySet<string>>;
  readonly subjects: ReadonlyMap<string, string>;
  readonly buried: Buried;
};

/** The same while a batch is gone through: what it tells itself is added. */
type Known = {
  readonly present: Map<string, Set<string>>;
  readonly subjects: Map<string, string>;
  readonly isErased: (tenant: string, handle: string) => boolean;
};

const nameOf = (tenant: string, noun: string): string => `${tenant} ${noun}`;

const endsOf = (events: readonly Heard[]) =>
  events.filter((event): event is Heard<'SessionEnded'> => event.type === 'SessionEnded');

const readPresent = async (events: readonly Heard[], db: Client): Promise<Before['present']> => {
  const ends = endsOf(events);
  const present = new Map(ends.map(({ tenant, data }) => [nameOf(tenant, data.conversation), new Set<string>()]));
  if (ends.length === 0) return present;
  const { rows } = await db.query<{ tenant: string; conversation: string; handle: string }>(
    `select c.tenant, c.conversation, c.handle from unnest($1::text[], $2::uuid[]) as asked (tenant, conversation)
     join timeline.conversation_of_handle c on c.tenant = asked.tenant and c.conversation = asked.conversation`,
    [ends.map(({ tenant }) => tenant), ends.map(({ data }) => data.conversation)],
  );
  for (const { tenant, conversation, handle } of rows) present.get(nameOf(tenant, conversation))?.add(handle);
  return present;
};

// What happens to a matter or a delivery names it by its id alone.
const nounsIn = ({ type, data }: Heard): string[] => {
  if ('subject' in data || !Object.hasOwn(typeOf, type)) return [];
  if ('matter' in data) return [data.matter];
  return 'delivery' in data ? [data.delivery] : [];
};

const readSubjects = async (events: readonly Heard[], db: Client): Promise<Before['subjects']> => {
  const asked = events.flatMap((event) => nounsIn(event).map((noun) => ({ tenant: event.tenant, noun })));
  if (asked.length === 0) return new Map();
  const { rows } = await db.query<{ tenant: string; noun: string; subject: string }>(
    `with asked as (select * from unnest($1::text[], $2::uuid[]) as asked (tenant, noun))
     select m.tenant, m.matter as noun, m.subject from asked join timeline.matter m on m.tenant = asked.tenant and m.matter = asked.noun
     union all
     select d.tenant, d.delivery, d.subject from asked join timeline.delivery d on d.tenant = asked.tenant and d.delivery = asked.noun`,
    [asked.map(({ tenant }) => tenant), asked.map(({ noun }) => noun)],
  );
  return new Map(rows.map(({ tenant, noun, subject }) => [nameOf(tenant, noun), subject]));
};

const learn = (event: HeardEvent, { present, subjects }: Known): void => {
  const { tenant } = event;
  if (event.type === 'InteractionCaptured') {
    const here = present.get(nameOf(tenant, event.data.conversation));
    for (const id of here ? theirsIn(event.data.participants) : []) here!.add(id);
  }
  if (event.type === 'MatterOpened') subjects.set(nameOf(tenant, event.data.matter), event.data.subject);
  if (event.type === 'DeliveryPlanned') subjects.set(nameOf(tenant, event.data.delivery), event.data.subject);
};

const linesOf = (event: HeardEvent, { present, subjects, isErased }: Known): Iterable<Change> => {
  const { tenant } = event;
  const living = (handles: Iterable<string>) => [...handles].filter((handle) => !isErased(tenant, handle));
  return entryRows(event, {
    inConversation: (conversation) => living(present.get(nameOf(tenant, conversation)) ?? []).toSorted(),
    subjectOf: (noun) => living([subjects.get(nameOf(tenant, noun)) ?? []].flat()),
  });
};

function* rowsOf(event: HeardEvent, known: Known): Iterable<Change> {
  learn(event, known);
  yield* linesOf(event, known);
  yield* conversationRows(event);
  yield* noteRows(event);
  yield* taskRows(event);
  yield* ownerRows(event);
  yield* matterRows(event);
  yield* promiseRows(event);
  yield* deliveryRows(event);
  yield* crmRows(event);
  yield* volumeRows(event);
  yield* faceRows(event);
  yield* contactRows(event);
  yield* accountRows(event);
  yield* arrangementRows(event);
}

const all = Object.keys(eventSchemas) as EventName[];

/**
 * The read side's rows in one projection: each noun says which rows an event makes, and one pass over the ledger, one
 * parse and one statement a batch serve them all. It opens no seal; search, which must, is a projection of its own.
 */
export const timeline = projector<EventName, Before>({
  name: 'timeline',
  version: 3,
  tables: [
    entries, entriesOfHandles, entriesOfAccounts, amendments, joinedConversations, conversationsOfHandles,
    endedSessions, sessionPolicies, tasks, notes, owners, matters, promises, deliveries, crmContexts, volumes,
    volumesOfHandles, tallies, faces, contacts, accounts, accountsOfHandles, arrangementsOfHandles,
    arrangementsOfAccounts, facts, erasedHandles,
  ], // prettier-ignore
  events: all,
  prepare: async (events, db) => ({
    present: await readPresent(events, db),
    subjects: await readSubjects(events, db),
    buried: await readBuried(events, db),
  }),
  *project(events, { present, subjects, buried }) {
    const graves = burying(events, buried);
    const known: Known = {
      isErased: graves.isErased,
      present: new Map(Array.from(present, ([name, handles]) => [name, new Set(handles)])),
      subjects: new Map(subjects),
    };
    for (const event of events) {
      yield factRow(event);
      if (event.type === 'SubjectErased') {
        yield* graves.buried(event);
        // The one line that is left.
        yield* linesOf(event, known);
      } else if (isHeard(event)) yield* graves.passed(rowsOf(event, known));
    }
  },
});
