import { countConversations, endsOf, quietOf, rootsOf, touchesBetween } from '../conversation/conversation.query.ts';
import { longestPatience, type Session, sessionsAt } from '../conversation/session.ts';
import { entriesAt } from '../entry/entry.query.ts';
import type { Entry } from '../entry/entry.ts';
import { landmarksOf } from '../entry/line.query.ts';
import { toldByCrms } from '../crm/crm.query.ts';
import type { customerTallied } from '../customer/customer.query.ts';
import { plainInstant } from '../instant.ts';
import { openMatters } from '../matter/matter.query.ts';
import { tellingNotes } from '../note/note.query.ts';
import { newestAssignments } from '../owner/owner.query.ts';
import { openPromises } from '../promise/promise.query.ts';
import type { Party } from '../party/party.ts';
import { partiesOf } from '../party/party.query.ts';
import type { Reading } from '../reading.ts';
import { firstTask } from '../task/task.query.ts';
import { sum, without } from '../volume/volume.ts';
import { talliesAhead } from '../volume/volume.query.ts';
import { briefOf } from './brief.ts';
import type { Brief } from './shape.ts';

const sessionsOf = async (reading: Reading, handles: readonly string[], now: Date): Promise<Session[]> => {
  const since = new Date(now.getTime() - longestPatience);
  const touches = await touchesBetween(reading, handles, { since, now });
  const conversations = [...new Set(touches.map(({ conversation }) => conversation))];
  const roots = await rootsOf(reading, conversations);
  const rootOf = (id: string): string => roots.get(id) ?? id;
  const ends = new Map<string, string>();
  for (const [id, end] of await endsOf(reading, conversations)) {
    const known = ends.get(rootOf(id));
    ends.set(rootOf(id), known === undefined || known < end ? end : known);
  }
  const joined = touches.map((touch) => ({ ...touch, conversation: rootOf(touch.conversation) }));
  return sessionsAt(now, joined, ends, await quietOf(reading));
};

const enoughTalks = 5;
const enoughDecisions = 3;
const enoughSaid = 3;
const enoughMatters = 10;
/** Counting the conversations of more interactions takes longer than anybody waits for a brief. */
const mostCounted = 10_000;

// It may have been handed on, or left to rest, since it was scheduled.
const asItIs = (entry: Entry | undefined, owner: Party, until: string | null): Entry | undefined =>
  entry?.task && { ...entry, task: { ...entry.task, owner, ...(until !== null && { until: plainInstant(until) }) } };

type Tallied = NonNullable<Awaited<ReturnType<typeof customerTallied>>>;

// What is told before it happens counts once it has.
const asHappened = async (reading: Reading, { customer, tallies }: Tallied, now: Date): Promise<Tallied> => {
  const handles = customer.handles.map(({ id }) => id);
  const ahead = await talliesAhead(reading, handles, now);
  if (ahead.length === 0) return { customer, tallies };
  const happened = without(tallies, ahead);
  return { customer: { ...customer, entries: sum(happened) }, tallies: happened };
};

/** The brief of a customer at a moment, from rows that are complete up to `position`. */
export const readBrief = async (
  read: Reading,
  known: Tallied,
  { now, position }: { now: Date; position: number },
): Promise<Brief> => {
  const handles = known.customer.handles.map(({ id }) => id);
  const accounts = known.customer.accounts.map(({ id }) => id);
  const reading = (await read.about?.(handles)) ?? read;
  const { customer, tallies } = await asHappened(reading, known, now);
  const sessions = await sessionsOf(reading, handles, now);
  const { first, last, talks } = await landmarksOf(reading, handles, { now, talks: enoughTalks });
  const owners = await newestAssignments(reading, handles, accounts);
  const matters = await openMatters(reading, handles, enoughMatters);
  const promises = await openPromises(reading, handles, enoughMatters);
  const told = await toldByCrms(reading, handles);
  const task = await firstTask(reading, handles, now);
  const faceOf = await partiesOf(reading, task ? [task.owner] : []);
  const notes = await tellingNotes(reading, handles, enoughDecisions);
  const conversations = customer.entries > mostCounted ? undefined : await countConversations(reading, handles, now);

  const said = sessions.flatMap(({ touches }) => touches.slice(0, enoughSaid).map(({ position }) => position));
  const single = [first, last, owners.customer, owners.account, task?.position, notes.nextStep];
  const wanted = [...talks, ...notes.decisions, ...said, ...single.filter((position) => position !== undefined)];
  const entries = new Map(
    (await entriesAt(reading, [...new Set(wanted)])).map((entry) => [BigInt(entry.position), entry]),
  );
  const entryAt = (position: bigint | undefined): Entry | undefined =>
    position === undefined ? undefined : entries.get(position);
  const entriesOf = (positions: readonly bigint[]): Entry[] => positions.flatMap((position) => entryAt(position) ?? []);

  return briefOf({
    customer,
    position,
    now,
    sessions: sessions.map(({ touches, ...session }) => ({
      ...session,
      said: entriesOf(touches.slice(0, enoughSaid).map(({ position }) => position)),
    })),
    talks: entriesOf(talks).filter(({ withdrawn }) => !withdrawn),
    matters,
    promises,
    told,
    owners: { customer: entryAt(owners.customer), account: entryAt(owners.account) },
    task: task && asItIs(entryAt(task.position), faceOf(task.owner), task.until),
    note: entryAt(notes.nextStep),
    tallies,
    conversations,
    first: entryAt(first),
    last: entryAt(last),
    decisions: entriesOf(notes.decisions),
  });
};
