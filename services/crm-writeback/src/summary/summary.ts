import type { Channel, Instant } from '@throughline/contracts';
import type { NextStep, Person } from '../crms/crm.ts';
import { fitting, nameOf, stepLine } from '../crms/text.ts';
import { isCourtesy, type Role, weightOf } from './cues.ts';

/** Something that was said in a session, by whom. */
export type Said = {
  readonly event: string;
  readonly at: Instant;
  readonly side: 'customer' | 'ours' | 'other';
  readonly by: Person;
  readonly subject?: string;
  readonly text?: string;
};

/** What somebody wrote down about it. */
export type Written = {
  readonly event: string;
  readonly at: Instant;
  readonly decided?: string;
  readonly discussed?: string;
  readonly nextStep?: NextStep;
};

/** A session, as far as a summary needs to know it. */
export type Talk = {
  readonly channel: Channel;
  readonly from: Instant;
  readonly until: Instant;
  readonly said: readonly Said[];
  readonly notes: readonly Written[];
  /** What is to be done for the customer next, if something is scheduled. */
  readonly step?: NextStep;
  readonly intent?: string;
  readonly outcome?: string;
  readonly language?: string;
  readonly link?: string;
};

/** Words of somebody, as they were said. */
export type Quote = { readonly words: string; readonly by: Person; readonly at: Instant; readonly event: string };

/** What came of a session: quoted, never made up. */
export type Summary = {
  readonly subject: string;
  readonly problem?: Quote;
  readonly tried: readonly Quote[];
  readonly decision?: Quote;
  readonly promise?: Quote;
  readonly nextStep?: NextStep;
  /** How many sentences there are; so many of them are quoted. */
  readonly sentences: number;
};

type Sentence = Quote & { readonly side: Said['side']; readonly nth: number };

const mostTried = 3;
const longestQuote = 600;

const sentencesOf = ({ said, language }: Talk): Sentence[] => {
  const segments = new Intl.Segmenter(language, { granularity: 'sentence' });
  const found = said.flatMap(({ text = '', ...from }) =>
    text
      .split(/\n+/)
      .flatMap((line) => [...segments.segment(line)].map(({ segment }) => segment.trim()))
      .filter((words) => /\p{L}/u.test(words) && !isCourtesy(words))
      .map((words) => ({ words, ...from })),
  );
  return found.map(({ words, by, at, event, side }, nth) => ({ words, by, at, event, side, nth }));
};

/** The sentence that plays a role most; of equals the first or the last. */
const bestOf = (role: Role, sentences: readonly Sentence[], of: 'first' | 'last'): Sentence | undefined => {
  const inOrder = of === 'first' ? sentences : sentences.toReversed();
  let best: { readonly sentence: Sentence; readonly weight: number } | undefined;
  for (const sentence of inOrder) {
    const weight = weightOf(role, sentence.words);
    if (weight > (best?.weight ?? 0)) best = { sentence, weight };
  }
  return best?.sentence;
};

const noteQuote = (notes: readonly Written[], of: 'decided' | 'discussed'): Quote | undefined => {
  const note = notes.findLast((one) => one[of] !== undefined);
  return note && { words: note[of]!, by: { name: 'note' }, at: note.at, event: note.event };
};

const names: { readonly [C in Channel]: string } = {
  email: 'E-mail',
  phone: 'Call',
  sms: 'SMS',
  whatsapp: 'WhatsApp',
  chat: 'Chat',
  social: 'Social media',
  form: 'Form',
  meeting: 'Meeting',
  ticket: 'Ticket',
  'in-app': 'In-app',
  'self-service': 'Self-service',
  campaign: 'Campaign',
  'in-person': 'Visit',
  survey: 'Survey',
};

const subjectOf = (talk: Talk, problem: Quote | undefined): string => {
  const told = talk.said.find(({ subject }) => subject !== undefined && subject.trim() !== '')?.subject;
  const what = told ?? problem?.words ?? talk.intent;
  return `${names[talk.channel]}${what === undefined ? '' : `: ${fitting(what.replace(/\s+/g, ' ').trim(), 150)}`}`;
};

/** What a promise comes to where nothing was scheduled: its words are the next step of who made it. */
const promised = (promise: Quote | undefined): NextStep | undefined =>
  promise && { what: promise.words, owner: promise.by };

/**
 * What came of a session: the problem, what was tried, what was decided and promised, and what comes next with owner and
 * date. It only quotes; the same for the same session, always.
 */
export const summaryOf = (talk: Talk): Summary => {
  const all = sentencesOf(talk);
  const theirs = all.filter(({ side }) => side === 'customer');
  const ours = all.filter(({ side }) => side === 'ours');
  const problem = bestOf('problem', theirs, 'first') ?? theirs[0];
  const left = (sentences: readonly Sentence[], ...taken: (Sentence | undefined)[]) =>
    sentences.filter((sentence) => !taken.includes(sentence));
  const promise = bestOf('promise', ours, 'last');
  const decision = bestOf('decision', left(all, problem, promise), 'last');
  const tried = left(all, problem, promise, decision).filter(({ words }) => weightOf('tried', words) > 0);
  const noted = talk.notes.findLast(({ nextStep }) => nextStep !== undefined)?.nextStep;
  return {
    subject: subjectOf(talk, problem),
    problem: quoteOf(problem) ?? noteQuote(talk.notes, 'discussed'),
    tried: tried.slice(0, mostTried).map((sentence) => quoteOf(sentence)!),
    decision: noteQuote(talk.notes, 'decided') ?? quoteOf(decision),
    promise: quoteOf(promise),
    nextStep: talk.step ?? noted ?? promised(quoteOf(promise)),
    sentences: all.length,
  };
};

const quoteOf = (sentence: Sentence | undefined): Quote | undefined => {
  if (!sentence) return undefined;
  const { words, by, at, event } = sentence;
  return { words, by, at, event };
};

const minute = (at: Instant): string => at.slice(0, 16).replace('T', ' ');
const count = (of: number, what: string): string => `${of} ${what}${of === 1 ? '' : 's'}`;

/** A summary as plain text, one line for each thing. What it leaves out it counts, and says where to find it. */
export const summaryText = (summary: Summary, { from, until, said, outcome, link }: Talk): string => {
  const quoted = (label: string, quote: Quote | undefined): string[] =>
    quote ? [`${label}: “${fitting(quote.words, longestQuote)}” (${nameOf(quote.by)}, ${minute(quote.at)})`] : [];
  const { problem, tried, decision, promise, nextStep, sentences } = summary;
  const told = [problem, ...tried, decision, promise].filter((quote) => quote !== undefined);
  const ofSession = told.filter(({ event }) => said.some((one) => one.event === event)).length;
  return [
    `${minute(from)} – ${minute(until)} UTC, ${count(said.length, 'message')}`,
    ...quoted('Problem', problem),
    ...tried.flatMap((quote) => quoted('Tried', quote)),
    ...quoted('Decision', decision),
    ...quoted('Promise', promise),
    ...(nextStep ? [`Next step: ${fitting(stepLine(nextStep), longestQuote)}`] : []),
    ...(outcome === undefined ? [] : [`Outcome: ${outcome}`]),
    `${ofSession} of ${count(sentences, 'sentence')} quoted${link === undefined ? '' : `; the whole: ${link}`}`,
  ].join('\n');
};
