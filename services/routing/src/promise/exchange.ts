import { type Channel, type Instant, isDue, type Kind } from '@throughline/contracts';
import type { Close, Promised, Target } from './promise.ts';

/**
 * Something that was said in a matter's conversations: by the customer, by one of ours, by no person (`automatic`), or by
 * the customer and one of ours at once (`both`: a call, a meeting).
 */
export type Said = {
  readonly interaction: string;
  readonly conversation: string;
  readonly at: Instant;
  readonly position: number;
  readonly by: 'customer' | 'agent' | 'automatic' | 'both';
  readonly channel: Channel;
  readonly kind?: Kind;
};

/** What the customer asked that nobody had answered, until somebody does or the matter is closed. */
export type Exchange = {
  readonly target: Target;
  /** The first of them is what is to be answered. */
  readonly asked: readonly [Said, ...Said[]];
  /** What the customer and what no person said in it, the first thing apart, in order. */
  readonly said: readonly Said[];
  readonly met?: { readonly by: string; readonly at: Instant };
  /** When the matter was closed; before it was opened again where it was. */
  readonly closedAt?: Instant;
  /** How many closes there had been. */
  readonly era: number;
};

/** What an automatic reply does to an exchange that began with this message. */
export type Replies = (target: Target, first: Said) => Promised['automatic'];

// What was said in a long conversation is put in order again with each thing that is said in it.
const moments = new WeakMap<Said, number>();

const momentOf = (said: Said): number => {
  const known = moments.get(said);
  if (known !== undefined) return known;
  const at = Date.parse(said.at);
  moments.set(said, at);
  return at;
};

const inOrder = (said: readonly Said[]): readonly Said[] =>
  said
    .map((one) => ({ one, at: momentOf(one) }))
    .toSorted((a, b) => a.at - b.at || a.one.position - b.one.position)
    .map(({ one }) => one);

/** One that grows: a conversation can go on for ever, and nothing is copied for each thing that is said in it. */
type Growing = Exchange & { readonly asked: [Said, ...Said[]]; readonly said: Said[] };

/** What was exchanged up to somewhere, and in which of it, by era, an answer is due. */
type Course = { readonly all: Growing[]; readonly open: Map<number, number> };

const ask = ({ all, open }: Course, one: Said, closes: readonly Close[], target: Target): void => {
  const era = closes.filter(({ heard }) => heard < one.position).length;
  const nth = open.get(era);
  const known = nth === undefined ? undefined : all[nth];
  known?.asked.push(one);
  known?.said.push(one);
  if (!known) open.set(era, all.push({ target, asked: [one], said: [], closedAt: closes[era]?.at, era }) - 1);
};

const meet = ({ all, open }: Course, { interaction: by, at }: Said, only: (one: Exchange) => boolean): void => {
  for (const [era, nth] of open) {
    const one = all[nth]!;
    if (!only(one)) continue;
    // What is said after the end answers nothing that was asked before it.
    if (one.closedAt === undefined || isDue(at, one.closedAt)) all[nth] = { ...one, met: { by, at } };
    open.delete(era);
  }
};

/**
 * What was asked and answered, made of everything that was said, in the order in which it was said and whenever it came
 * in. `begun` where there was something before all this.
 */
export const exchangesOf = (
  said: readonly Said[],
  closes: readonly Close[],
  replies: Replies,
  begun = false,
): readonly Exchange[] => {
  const course: Course = { all: [], open: new Map() };
  const { all, open } = course;
  let target: Target = begun ? 'next-response' : 'first-response';
  for (const one of inOrder(said)) {
    switch (one.by) {
      case 'customer':
        ask(course, one, closes, target);
        target = 'next-response';
        break;
      case 'both':
        target = 'next-response';
        meet(course, one, () => true);
        break;
      case 'agent':
        meet(course, one, () => true);
        break;
      case 'automatic':
        meet(course, one, ({ target: theirs, asked }) => replies(theirs, asked[0]) === 'meets');
        for (const nth of open.values()) all[nth]!.said.push(one);
    }
  }
  return all;
};
