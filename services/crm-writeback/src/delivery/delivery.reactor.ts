import { metaText, streamOf } from '@throughline/contracts';
import { type Command, type Ledger, type Outcome } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { type Change, type Heard, projector, table } from '@throughline/read-model';
import { erasedAmong } from '../erasure/erasure.query.ts';
import { letGo, type LettingGo } from '../erasure/letting-go.ts';
import { type Session, sessionOf } from '../session/session.ts';
import { eventsOfSession, type Member, membersOf, touchesIn } from '../session/session.query.ts';
import { deliveryId, plan, type Plan, referenceOf } from './delivery.ts';

const joinedRows = table({
  name: 'writeback.joined',
  columns: { tenant: 'text', conversation: 'uuid', into: 'uuid', position: 'bigint' },
  key: ['tenant', 'conversation'],
  merge: 'oldest',
});
const sessionRows = table({
  name: 'writeback.session',
  columns: { tenant: 'text', conversation: 'uuid', session: 'integer', version: 'integer', position: 'bigint' },
  key: ['tenant', 'conversation', 'session'],
  // Told again, it ended with an outcome that nobody knew before.
  merge: 'newest',
});
const lastColumns = { tenant: 'text', handle: 'uuid', at: 'timestamptz', position: 'bigint' } as const;
const last = { columns: lastColumns, key: ['tenant', 'handle'], merge: 'newest', by: ['at'] } as const;
const lastContactRows = table({ name: 'writeback.last_contact', ...last });
const lastMeetingRows = table({ name: 'writeback.last_meeting', ...last });

const hears = [
  'ConversationsJoined', 'SessionEnded', 'NoteWritten', 'TaskScheduled', 'TaskHandedOn', 'TaskCompleted',
  'SubjectErased',
] as const; // prettier-ignore
type Cause = Heard<(typeof hears)[number]>;
type About = Omit<Plan, 'delivery' | 'connection' | 'reference'>;
type Connected = { readonly tenant: string; readonly id: string; readonly since: bigint };

const actor = 'crm-writeback';
const atOnce = 16;

/**
 * Plans what is to be written to the CRMs: hears what ended, was noted and scheduled, and appends one `DeliveryPlanned` for
 * each connection and record, under an id that follows from what caused it. So who repeats a batch after a crash, works on
 * it beside another or hears the ledger anew appends what the ledger knows already, or nothing: what is older than a
 * connection, and what an import brought, is never written back. Of somebody who is erased nothing is planned any more,
 * and what was is dropped.
 */
export const planner = (deps: LettingGo) =>
  projector({
    name: 'writeback.planner',
    version: 2,
    tables: [joinedRows, sessionRows, lastContactRows, lastMeetingRows],
    events: hears,
    unknown: 'pass',
    prepare: async (events, db: Client, acting): Promise<readonly Change[]> => {
      const { ledger } = deps;
      if (acting) await letGo(deps, db, events.filter((event) => event.type === 'SubjectErased')); // prettier-ignore
      const connected = await connectionsOf(db, events);
      const told = await sessionsIn({ ledger, db }, events, connected);
      const commands = await commandsIn(db, events, told, connected);
      const outcomes = acting && commands.length > 0 ? await ledger.append(commands) : [];
      const failed = outcomes.find((outcome) => !isKnown(outcome));
      if (failed)
        throw new Error(
          `a delivery was not planned: ${JSON.stringify(failed, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
        );
      return events.flatMap((event) => [...changesOf(event, told.get(event.id))]);
    },
    project: (_, changes: readonly Change[]) => changes,
  });

// Of an id that is known with another content the first one stands: it was planned.
const isKnown = (outcome: Outcome): boolean =>
  outcome.is === 'appended' ||
  outcome.is === 'duplicate' ||
  (outcome.is === 'refused' && outcome.reason === 'IdReused');

const connectionsOf = async (db: Client, events: readonly Cause[]): Promise<Connected[]> => {
  const { rows } = await db.query<Connected>({
    name: 'writeback.connected',
    text: `select tenant, id, since from writeback.connection
      where tenant = any($1) and since < $2 and state <> 'removed' order by id`,
    values: [[...new Set(events.map(({ tenant }) => tenant))], events.at(-1)?.position ?? 0n],
  });
  return rows;
};

const connectedAt = ({ tenant, position }: Cause, connected: readonly Connected[]): Connected[] =>
  connected.filter((one) => one.tenant === tenant && one.since < position);

type Joins = readonly Heard<'ConversationsJoined'>[];
type Reads = { readonly ledger: Pick<Ledger, 'read'>; readonly db: Client };

/** The sessions that ended in a batch and are to be told of, by the event that ended them. */
const sessionsIn = async (
  reads: Reads,
  events: readonly Cause[],
  connected: readonly Connected[],
): Promise<ReadonlyMap<string, Session>> => {
  const joins: Joins = events.filter((event) => event.type === 'ConversationsJoined');
  const ends = events
    .filter((event) => event.type === 'SessionEnded')
    .filter((event) => connectedAt(event, connected).length > 0);
  const told = new Map<string, Session>();
  for (let from = 0; from < ends.length; from += atOnce)
    await Promise.all(
      ends.slice(from, from + atOnce).map(async (event) => {
        const session = await sessionAt(reads, event, joins);
        if (session) told.set(event.id, session);
      }),
    );
  return told;
};

const sessionAt = async (
  { ledger, db }: Reads,
  event: Heard<'SessionEnded'>,
  joins: Joins,
): Promise<Session | undefined> => {
  const { tenant, position, version, data } = event;
  const end = { tenant, conversation: data.conversation, position, version };
  const members = await membersAt(db, event, joins);
  return sessionOf(touchesIn(await eventsOfSession(ledger, end, members)), data);
};

// The rows are as of the batch before: what this one joined so far comes on top.
const membersAt = async (
  db: Client,
  { tenant, position, data }: Heard<'SessionEnded'>,
  joins: Joins,
): Promise<Member[]> => {
  const members = new Map((await membersOf(db, tenant, data.conversation)).map((one) => [one.conversation, one]));
  for (const join of joins) {
    if (join.tenant !== tenant || join.position > position) continue;
    if (join.data.into !== data.conversation && !members.has(join.data.into)) continue;
    for (const { conversation } of [{ conversation: join.data.from }, ...(await membersOf(db, tenant, join.data.from))])
      members.set(conversation, { conversation, since: join.position });
  }
  return [...members.values()];
};

/** What an event gives reason to write. */
const aboutOf = (event: Cause, session: Session | undefined): About[] => {
  switch (event.type) {
    case 'ConversationsJoined':
    case 'SubjectErased':
      return [];
    case 'SessionEnded': {
      if (!session) return [];
      const { conversation, session: nth } = event.data;
      const { subject, also } = session;
      const activity = {
        record: 'activity',
        subject,
        ...(also.length > 0 && { also: [...also] }),
        conversation,
        session: nth,
      } as const;
      return [activity, ...[subject, ...also].map((handle) => ({ record: 'contact' as const, subject: handle }))];
    }
    case 'NoteWritten': {
      const { note, subject, nextStep, backfill } = event.data;
      if (backfill) return [];
      return [{ record: 'note', subject, note }, ...(nextStep ? [{ record: 'contact' as const, subject }] : [])];
    }
    case 'TaskScheduled':
    case 'TaskHandedOn':
    case 'TaskCompleted': {
      const { task, subject } = event.data;
      return [
        { record: 'task', subject, task },
        { record: 'contact', subject },
      ];
    }
  }
};

const commandsIn = async (
  db: Client,
  events: readonly Cause[],
  told: ReadonlyMap<string, Session>,
  connected: readonly Connected[],
): Promise<Command[]> => {
  const commands: Command[] = [];
  for (const [tenant, theirs] of Map.groupBy(events, (event) => event.tenant)) {
    const wanted = theirs.flatMap((event) => {
      const about = aboutOf(event, told.get(event.id));
      return connectedAt(event, connected).flatMap(({ id }) => about.map((one) => ({ event, id, one })));
    });
    const gone = await erasedAmong(db, tenant, [...new Set(wanted.map(({ one }) => one.subject))]);
    for (const { event, id, one } of wanted) if (!gone.has(one.subject)) commands.push(commandOf(event, id, one));
  }
  return commands;
};

const commandOf = ({ id: cause, tenant, recordedAt, meta }: Cause, connection: string, about: About): Command => {
  const delivery = deliveryId(connection, cause, about);
  const data: Plan = { delivery, connection, reference: referenceOf(tenant, about), ...about };
  const [event] = plan(data)({ is: 'unknown' });
  const told = { actor, causation: cause, correlation: meta.correlation ?? cause };
  return {
    tenant,
    stream: streamOf.delivery(delivery),
    expected: 'any',
    events: [
      {
        // One delivery is planned by one event: its id can be the delivery's.
        id: delivery,
        type: 'DeliveryPlanned',
        occurredAt: recordedAt,
        data: JSON.stringify(event!.data),
        meta: metaText('DeliveryPlanned', told),
      },
    ],
  };
};

function* changesOf(event: Cause, session: Session | undefined): Iterable<Change> {
  const { tenant, position } = event;
  if (event.type === 'ConversationsJoined')
    yield joinedRows.put({ tenant, conversation: event.data.from, into: event.data.into, position });
  if (event.type !== 'SessionEnded') return;
  const { conversation, session: nth } = event.data;
  yield sessionRows.put({ tenant, conversation, session: nth, version: event.version, position });
  for (const handle of session ? [session.subject, ...session.also] : []) {
    yield lastContactRows.put({ tenant, handle, at: session!.until, position });
    if (session!.isMeeting) yield lastMeetingRows.put({ tenant, handle, at: session!.from, position });
  }
}
