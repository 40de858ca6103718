import { channel, direction } from '@throughline/contracts';
import { z } from 'zod';
import type { Session } from '../conversation/session.ts';
import { type Customer, customer } from '../customer/customer.ts';
import { type Entry, plainInstant } from '../entry/entry.ts';
import { party, type Party } from '../party/party.ts';
import type { Tally } from '../volume/volume.ts';
import { firstWords } from './words.ts';

const answered = <Answer extends z.ZodType>(answer: Answer) =>
  z.strictObject({
    answer: answer.nullable(),
    reason: z.string().optional().describe('Why there is no answer.'),
    events: z.array(z.uuid()).describe('The events that it rests on.'),
  });

const lastTalkedAbout = z.strictObject({
  at: z.string(),
  channel: channel.optional(),
  direction: direction.optional(),
  with: z.array(z.string()),
  subject: z.string().optional(),
  topic: z.string().optional(),
  intent: z.string().optional(),
  words: z.string().optional(),
  automatic: z.literal(true).optional().describe('It came from a machine or a list: nobody said anything else.'),
});

const responsible = z.strictObject({ owner: party, since: z.string(), of: z.enum(['customer', 'account']) });

const nextStep = z.strictObject({
  what: z.string().optional(),
  due: z.string().optional(),
  owner: party.optional(),
  task: z.uuid().optional(),
  overdue: z.boolean(),
});

const happened = z.strictObject({
  since: z.string(),
  until: z.string(),
  interactions: z.int(),
  conversations: z.int().optional().describe('Left out where there are more than 10 000 interactions.'),
  byChannel: z.record(z.string(), z.int()),
  inbound: z.int(),
  outbound: z.int(),
  firstSubject: z.string().optional(),
  quietDays: z.int().describe('Whole days since the last interaction.'),
  highlights: z.array(z.strictObject({ at: z.string(), what: z.string(), event: z.uuid() })),
});

/** The four answers about a customer, with what goes on right now and what the CRM knows. */
export const brief = z.strictObject({
  customer,
  position: z.int().describe('The place in the ledger that it speaks of.'),
  now: z.array(
    z.strictObject({
      conversation: z.uuid(),
      channel,
      since: z.string(),
      intent: z.string().optional(),
      lastWords: z.string().optional(),
      lastAt: z.string(),
    }),
  ),
  lastTalkedAbout: answered(lastTalkedAbout),
  responsible: answered(responsible),
  nextStep: answered(nextStep),
  happened: answered(happened),
  crm: answered(z.null()),
});
export type Brief = z.infer<typeof brief>;

/** What the answers are made of. */
export type Known = {
  readonly customer: Customer;
  readonly position: number;
  readonly now: Date;
  /** The sessions that go on, each with the newest of what was said in it, newest first. */
  readonly sessions: readonly (Omit<Session, 'touches'> & { readonly said: readonly Entry[] })[];
  /** The newest interactions that no machine made and that were not withdrawn, newest first. */
  readonly talks: readonly Entry[];
  /** The newest assignment of the customer, and of its account. */
  readonly owners: { readonly customer?: Entry; readonly account?: Entry };
  /** The open task that is due first. */
  readonly task?: Entry;
  /** The newest note that says what comes next; an open task is told before it. */
  readonly note?: Entry;
  readonly tallies: readonly Tally[];
  readonly conversations?: number;
  readonly first?: Entry;
  readonly last?: Entry;
  /** Notes that tell a decision, newest first. */
  readonly decisions: readonly Entry[];
};

/** The brief that follows from what is known. The same for the same input: it quotes, and makes nothing up. */
export const briefOf = (known: Known): Brief => ({
  customer: known.customer,
  position: known.position,
  now: known.sessions.map(sessionOf),
  lastTalkedAbout: lastTalkedAboutOf(known),
  responsible: responsibleOf(known),
  nextStep: nextStepOf(known),
  happened: happenedOf(known),
  crm: { answer: null, reason: 'No CRM is connected.', events: [] },
});

const day = 86_400_000;
const none = (reason: string, events: string[] = []) => ({ answer: null, reason, events });
const wordsOf = ({ text, subject }: Entry): string | undefined => firstWords(text ?? '') ?? subject;
const nameOf = ({ name, handle, id }: Party): string => name ?? handle?.slice(handle.indexOf(':') + 1) ?? id;

const sessionOf = ({ conversation, channel, since, said }: Known['sessions'][number]): Brief['now'][number] => ({
  conversation,
  channel,
  since: plainInstant(since),
  intent: said.find(({ intent }) => intent !== undefined)?.intent,
  lastWords: said.map(wordsOf).find((words) => words !== undefined),
  lastAt: said[0]?.occurredAt ?? plainInstant(since),
});

// What machines and lists sent is better than nothing, as long as it is told.
const lastTalkedAboutOf = ({ talks, last }: Known): Brief['lastTalkedAbout'] => {
  const talk = talks.find((entry) => !entry.erased || entry.text !== undefined) ?? talks[0] ?? last;
  if (!talk) return none('There is no interaction with this customer yet.');
  const { occurredAt: at, channel, direction, subject, topic, intent } = talk;
  const others = talk.participants.filter(({ role }) => role !== 'customer');
  const told = { at, channel, direction, with: others.map(nameOf), subject, topic, intent, words: wordsOf(talk) };
  return { answer: { ...told, ...(talk.automatic && { automatic: true as const }) }, events: [talk.id] };
};

const ownerOf = (of: 'customer' | 'account', entry?: Entry): Brief['responsible'] | undefined =>
  entry?.owner ? { answer: { owner: entry.owner, since: entry.occurredAt, of }, events: [entry.id] } : undefined;

const responsibleOf = ({ owners: { customer, account } }: Known): Brief['responsible'] => {
  const owner = ownerOf('customer', customer) ?? ownerOf('account', account);
  if (owner) return owner;
  const released = [customer, account].filter((entry) => entry !== undefined);
  return released.length > 0
    ? none(
        'Whoever was responsible was released, and nobody has been named since.',
        released.map(({ id }) => id),
      )
    : none('Nobody was made responsible for this customer or its account yet.');
};

const isOverdue = (due: string | undefined, now: Date): boolean => due !== undefined && Date.parse(due) < now.getTime();

const nextStepOf = ({ task, note, now }: Known): Brief['nextStep'] => {
  if (task?.task) {
    const { id, what, owner, due } = task.task;
    return { answer: { what, due, owner, task: id, overdue: isOverdue(due, now) }, events: [task.id] };
  }
  const step = note?.note?.nextStep;
  if (note && step) return { answer: { ...step, overdue: isOverdue(step.due, now) }, events: [note.id] };
  return none('No task is open, and no note says what comes next.');
};

const sum = (tallies: readonly Tally[]): number => tallies.reduce((total, { interactions }) => total + interactions, 0);

const happenedOf = (known: Known): Brief['happened'] => {
  const { tallies, conversations, first, last, now } = known;
  if (!first || !last) return none('Nothing has happened with this customer yet.');
  const channels = [...Map.groupBy(tallies, ({ channel }) => channel)].map(
    ([channel, of]) => [channel, sum(of)] as const,
  );
  const towards = (direction: string): number => sum(tallies.filter((tally) => tally.direction === direction));
  const highlights = highlightsOf(known);
  return {
    answer: {
      since: first.occurredAt,
      until: last.occurredAt,
      interactions: sum(tallies),
      conversations,
      byChannel: Object.fromEntries(channels.toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))),
      inbound: towards('inbound'),
      outbound: towards('outbound'),
      firstSubject: first.subject,
      quietDays: Math.max(0, Math.floor((now.getTime() - Date.parse(last.occurredAt)) / day)),
      highlights,
    },
    events: [...new Set([first.id, last.id, ...highlights.map(({ event }) => event)])],
  };
};

const highlightsOf = ({ first, last, owners, decisions }: Known) => {
  const told = (entry: Entry | undefined, what: string | undefined) =>
    entry && what ? [{ at: entry.occurredAt, what, event: entry.id }] : [];
  const { customer } = owners;
  return [
    ...told(first, `First contact by ${first?.channel}`),
    ...decisions.flatMap((entry) => told(entry, firstWords(entry.note?.decided ?? '', 120))),
    ...told(
      customer,
      customer?.owner ? `${nameOf(customer.owner)} became responsible` : 'Nobody is responsible any more',
    ),
    ...(last?.id === first?.id ? [] : told(last, `Last contact by ${last?.channel}`)),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
};
