import type { OpenMatter } from '../matter/matter.query.ts';
import type { Told } from '../crm/crm.query.ts';
import type { Session } from '../conversation/session.ts';
import type { Customer } from '../customer/customer.ts';
import type { Entry } from '../entry/entry.ts';
import { plainInstant } from '../instant.ts';
import type { OpenPromise } from '../promise/promise.query.ts';
import { sum, type Tally } from '../volume/volume.ts';
import { crmOf } from './crm.ts';
import { nextStepOf } from './next-step.ts';
import { responsibleOf } from './responsible.ts';
import type { Brief } from './shape.ts';
import { firstWords } from './words.ts';
import { nameOf, none } from './answer.ts';

/** What the answers are made of. */
export type Known = {
  readonly customer: Customer;
  readonly position: number;
  readonly now: Date;
  /** The sessions that go on, each with the newest of what was said in it, newest first. */
  readonly sessions: readonly (Omit<Session, 'touches'> & { readonly said: readonly Entry[] })[];
  /** The newest interactions that no machine made and that were not withdrawn, newest first. */
  readonly talks: readonly Entry[];
  /** Open matters, those placed last first. */
  readonly matters: readonly OpenMatter[];
  /** Answers that are to be given, those due first first; those that wait for the customer last. */
  readonly promises: readonly OpenPromise[];
  /** What each CRM told last, the newest first. */
  readonly told: readonly Told[];
  /** The newest assignment of the customer, and of its account. */
  readonly owners: { readonly customer?: Entry; readonly account?: Entry };
  /** The open task that is due first, with whose it is now and until when it rests. */
  readonly task?: Entry;
  /** The newest note that says what comes next; an open task is told before it. */
  readonly note?: Entry;
  /** Of what has happened. */
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
  crm: crmOf(known),
});

const day = 86_400_000;
const wordsOf = ({ text, subject }: Entry): string | undefined => firstWords(text ?? '') ?? subject;

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
  const talk = talks.find((entry) => !(entry.erased || entry.expired) || entry.text !== undefined) ?? talks[0] ?? last;
  if (!talk) return none('There is no interaction with this customer yet.');
  const { occurredAt: at, channel, direction, subject, topic, intent } = talk;
  const others = talk.participants.filter(({ role }) => role !== 'customer');
  const told = { at, channel, direction, with: others.map(nameOf), subject, topic, intent, words: wordsOf(talk) };
  return { answer: { ...told, ...(talk.automatic && { automatic: true as const }) }, events: [talk.id] };
};

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
