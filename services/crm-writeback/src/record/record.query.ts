import { type DataOf, type Recorded, streamOf } from '@throughline/contracts';
import type { Ledger } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import type { Vault } from '@throughline/privacy';
import type { Activity, ContactFields, CrmRecord, Note, Person, Task } from '../crms/crm.ts';
import type { Plan } from '../delivery/delivery.ts';
import { Fault } from '../outbound/fault.ts';
import type { Reachable } from '../person/person.query.ts';
import { amendmentsSince, endOf, eventsOfSession, membersOf, type SessionEnd } from '../session/session.query.ts';
import { isLive, sessionOf } from '../session/session.ts';
import { nextStepOf, noteAt, notesBetween, stepOf, taskOf } from '../step/step.query.ts';
import { type Said, summaryOf, summaryText, type Written } from '../summary/summary.ts';

/** What a record is made from. */
export type Reads = {
  readonly ledger: Pick<Ledger, 'read' | 'tail'>;
  readonly vault: Pick<Vault, 'open'>;
  /** Sees the tenant's rows. */
  readonly client: Client;
  readonly publicUrl?: string;
};

type Captured = Recorded<'InteractionCaptured'>;
type Amended = Recorded<'InteractionAmended'>;

/**
 * The record that a delivery is to write, from the ledger as it is now: with its words opened, as far as they can be.
 * Undefined where nothing is left to write: whom it was about is erased.
 */
export const recordOf = async (
  reads: Reads,
  tenant: string,
  plan: Plan,
  customer: Reachable,
): Promise<CrmRecord | undefined> => {
  switch (plan.record) {
    case 'activity':
      return activityOf(reads, tenant, plan, customer);
    case 'note':
      return noteOf(reads, tenant, plan, customer);
    case 'task':
      return taskRecordOf(reads, tenant, plan, customer);
    case 'contact':
      return contactOf(reads, tenant, plan, customer);
  }
};

const linkOf = (
  { publicUrl }: Reads,
  tenant: string,
  { customer }: Reachable,
  conversation?: string,
): { link?: string } => {
  if (publicUrl === undefined) return {};
  // Who opens it may look at another tenant at the moment.
  const query = new URLSearchParams({
    ...(tenant !== 'default' && { tenant }),
    ...(conversation !== undefined && { conversation }),
  });
  const link = `${publicUrl.replace(/\/+$/, '')}/customers/${customer}`;
  return { link: query.size === 0 ? link : `${link}?${query.toString()}` };
};

const noteOf = async (reads: Reads, tenant: string, plan: Plan, customer: Reachable): Promise<Note | undefined> => {
  const { rows } = await reads.client.query<{ position: bigint }>(
    'select position from writeback.step where tenant = $1 and id = $2',
    [tenant, plan.note],
  );
  const note = rows[0] && (await noteAt(reads, tenant, rows[0].position));
  if (!note) return undefined;
  const { text, discussed, decided } = note.data;
  const step = stepOf(note.data);
  const next = step && [step.what, step.due && `by ${step.due}`].filter(Boolean).join(', ');
  const told = [
    text,
    discussed && `Discussed: ${discussed}`,
    decided && `Decided: ${decided}`,
    next && `Next step: ${next}`,
  ];
  const body = told.filter(Boolean).join('\n');
  if (body === '') return undefined;
  return { is: 'note', reference: plan.reference, body, at: note.occurredAt, ...linkOf(reads, tenant, customer) };
};

const taskRecordOf = async (
  reads: Reads,
  tenant: string,
  plan: Plan,
  customer: Reachable,
): Promise<Task | undefined> => {
  const task = await taskOf(reads, tenant, plan.task ?? '');
  if (task?.what === undefined) return undefined;
  return { is: 'task', reference: plan.reference, ...task, what: task.what, ...linkOf(reads, tenant, customer) };
};

const contactOf = async (reads: Reads, tenant: string, plan: Plan, customer: Reachable): Promise<ContactFields> => {
  const { rows } = await reads.client.query<{ contact: string | null; meeting: string | null }>({
    name: 'writeback.last',
    text: `select (select max(at) from writeback.last_contact where tenant = $1 and handle = any($2::uuid[])) as contact,
      (select max(at) from writeback.last_meeting where tenant = $1 and handle = any($2::uuid[])) as meeting`,
    values: [tenant, customer.ids],
  });
  const { contact, meeting } = rows[0]!;
  const nextStep = (await nextStepOf(reads, tenant, customer.ids)) ?? null;
  const dates = {
    ...(contact !== null && { lastContact: plain(contact) }),
    ...(meeting !== null && { lastMeeting: plain(meeting) }),
  };
  return { is: 'contact', reference: plan.reference, ...dates, nextStep, ...linkOf(reads, tenant, customer) };
};

// RFC 3339 to the second is what every CRM takes.
const plain = (at: string): string => at.replace(/\.\d+Z$/, 'Z');

const activityOf = async (
  reads: Reads,
  tenant: string,
  plan: Plan,
  customer: Reachable,
): Promise<Activity | undefined> => {
  const end = await endOf(reads.client, tenant, plan.conversation ?? '', plan.session ?? 0);
  // Who planned it tells of the session a moment later.
  if (!end) throw new Fault('transient', 'SessionUnknown', 'The session that it tells of is not known yet.');
  const members = await membersOf(reads.client, tenant, end.conversation);
  const stored = [
    ...(await eventsOfSession(reads.ledger, end, members)),
    ...(await amendmentsSince(reads.ledger, end, members)),
  ];
  const all = await reads.vault.open(
    tenant,
    stored.filter(({ type }) => type === 'InteractionCaptured' || type === 'InteractionAmended'),
  );
  const captured = all.filter((event): event is Captured => event.type === 'InteractionCaptured').filter(isLive);
  const amended = all.filter((event): event is Amended => event.type === 'InteractionAmended');
  const ended = await endEvent(reads, end);
  const session = ended && sessionOf(captured, ended.data);
  if (!session) return undefined;
  const { channel, from, until } = session;
  const first = captured[0]!;
  const said = captured.flatMap((one) => saidIn(one, amended.filter(({ data }) => data.interaction === one.id))); // prettier-ignore
  const link = linkOf(reads, tenant, customer, end.conversation);
  const { outcome } = ended.data;
  const talk = {
    channel,
    from,
    until,
    said,
    outcome,
    ...link,
    notes: await notesIn(reads, tenant, customer.ids, first.position, end.position),
    step: await nextStepOf(reads, tenant, customer.ids, first.position),
    intent: captured.findLast(({ data }) => data.intent !== undefined)?.data.intent,
    language: captured.find(({ data }) => data.language !== undefined)?.data.language,
  };
  const summary = summaryOf(talk);
  return {
    is: 'activity',
    reference: plan.reference,
    channel,
    direction: first.data.direction,
    subject: summary.subject,
    body: summaryText(summary, talk),
    from,
    until,
    ...(outcome !== undefined && { outcome }),
    ...link,
  };
};

const endEvent = async (
  { ledger, vault }: Reads,
  { tenant, conversation, version }: SessionEnd,
): Promise<Recorded<'SessionEnded'> | undefined> => {
  const stored = await ledger.read(tenant, streamOf.conversation(conversation), { fromVersion: version, limit: 1 });
  return (await vault.open(tenant, stored)).find(
    (event): event is Recorded<'SessionEnded'> => event.type === 'SessionEnded',
  );
};

const sideOf = (role: DataOf<'InteractionCaptured'>['participants'][number]['role'] | undefined): Said['side'] => {
  switch (role) {
    case 'customer':
      return 'customer';
    case 'agent':
    case 'bot':
    case 'system':
      return 'ours';
    case 'other':
    case undefined:
      return 'other';
  }
};

/** What was said, as it is after its amendments; nothing where it was withdrawn. */
const saidIn = ({ id, occurredAt, data }: Captured, amended: readonly Amended[]): Said[] => {
  if (amended.some((one) => one.data.change === 'withdrawn')) return [];
  const edited = amended.findLast((one) => one.data.change === 'edited')?.data;
  const transcripts = amended.filter((one) => one.data.change === 'transcript').map((one) => one.data.text);
  const who = data.participants[data.author];
  const by: Person = {
    ...(who?.handle !== undefined && { handle: who.handle }),
    ...(who?.name !== undefined && { name: who.name }),
  };
  const text = [edited?.text ?? data.text, ...transcripts].filter(Boolean).join('\n');
  return [{ event: id, at: occurredAt, side: sideOf(who?.role), by, subject: edited?.subject ?? data.subject, text }];
};

const notesIn = async (
  reads: Reads,
  tenant: string,
  handles: readonly string[],
  after: bigint,
  to: bigint,
): Promise<Written[]> => {
  const positions = await notesBetween(reads, tenant, handles, after, to);
  const notes = await Promise.all(positions.map((position) => noteAt(reads, tenant, position)));
  return notes.flatMap((note) => {
    if (!note) return [];
    const { decided, discussed, text } = note.data;
    return [
      { event: note.id, at: note.occurredAt, decided, discussed: discussed ?? text, nextStep: stepOf(note.data) },
    ];
  });
};
