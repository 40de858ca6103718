import { type EventName, eventSchemas } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import { type Change, type Heard, projector } from '@throughline/read-model';
import { accountRows, accounts, accountsOfHandles } from './account/account.projector.ts';
import {
  conversationRows,
  conversationsOfHandles,
  endedSessions,
  joinedConversations,
} from './conversation/conversation.projector.ts';
import { contactRows, contacts } from './customer/customer.projector.ts';
import { amendments, entries, entriesOfAccounts, entriesOfHandles, entryRows } from './entry/entry.projector.ts';
import { factRow, facts } from './fact/fact.projector.ts';
import { type HeardEvent, isHeard } from './heard.ts';
import { noteRows, notes } from './note/note.projector.ts';
import { ownerRows, owners } from './owner/owner.projector.ts';
import { theirsIn } from './party/party.ts';
import { faceRows, faces } from './party/party.projector.ts';
import { taskRows, tasks } from './task/task.projector.ts';
import { tallies, volumeRows, volumes, volumesOfHandles } from './volume/volume.projector.ts';

/** Who was in the conversations whose sessions a batch ends, by tenant and conversation. */
type Present = Map<string, Set<string>>;

const nameOf = (tenant: string, conversation: string): string => `${tenant} ${conversation}`;

const endsOf = (events: readonly Heard[]) =>
  events.filter((event): event is Heard<'SessionEnded'> => event.type === 'SessionEnded');

const readPresent = async (events: readonly Heard[], db: Client): Promise<Present> => {
  const ends = endsOf(events);
  const present: Present = new Map(ends.map(({ tenant, data }) => [nameOf(tenant, data.conversation), new Set()]));
  if (ends.length === 0) return present;
  const { rows } = await db.query<{ tenant: string; conversation: string; handle: string }>(
    `select c.tenant, c.conversation, c.handle from unnest($1::text[], $2::uuid[]) as asked (tenant, conversation)
     join timeline.conversation_of_handle c on c.tenant = asked.tenant and c.conversation = asked.conversation`,
    [ends.map(({ tenant }) => tenant), ends.map(({ data }) => data.conversation)],
  );
  for (const { tenant, conversation, handle } of rows) present.get(nameOf(tenant, conversation))?.add(handle);
  return present;
};

function* rowsOf(event: HeardEvent, present: Present): Iterable<Change> {
  if (event.type === 'InteractionCaptured') {
    const here = present.get(nameOf(event.tenant, event.data.conversation));
    for (const id of here ? theirsIn(event.data.participants) : []) here!.add(id);
  }
  yield* entryRows(event, (conversation) => [...(present.get(nameOf(event.tenant, conversation)) ?? [])].toSorted());
  yield* conversationRows(event);
  yield* noteRows(event);
  yield* taskRows(event);
  yield* ownerRows(event);
  yield* volumeRows(event);
  yield* faceRows(event);
  yield* contactRows(event);
  yield* accountRows(event);
}

const all = Object.keys(eventSchemas) as EventName[];

/**
 * The read side's rows in one projection: each noun says which rows an event makes, and one pass over the ledger, one
 * parse and one statement a batch serve them all. It opens no seal; search, which must, is a projection of its own.
 */
export const timeline = projector<EventName, Present>({
  name: 'timeline',
  version: 1,
  tables: [
    entries, entriesOfHandles, entriesOfAccounts, amendments, joinedConversations, conversationsOfHandles,
    endedSessions, tasks, notes, owners, volumes, volumesOfHandles, tallies, faces, contacts, accounts,
    accountsOfHandles, facts,
  ], // prettier-ignore
  events: all,
  prepare: readPresent,
  *project(events, before) {
    const present: Present = new Map(Array.from(before, ([name, handles]) => [name, new Set(handles)]));
    for (const event of events) {
      yield factRow(event);
      if (isHeard(event)) yield* rowsOf(event, present);
    }
  },
});
