import { type Instant, isDue, lengthOf, millisecondsOf } from '@throughline/contracts';
import { type Calendar, workedAfter, workedBetween } from './calendar.ts';
import type { Exchange, Said } from './exchange.ts';
import { type PromiseGround, type Wanted, wantedFor } from './policy.ts';
import {
  changed, isOver, type Promised, type PromiseDecision, type PromiseEvent,
} from './promise.ts'; // prettier-ignore
import { tzdata } from './zone.ts';

/** Whether one instant is before another one. */
const isBefore = (a: Instant, b: Instant): boolean => !isDue(b, a);

/** Where the next thing that is told of a promise stands. */
export const after = ({ promise, target, revision }: Promised, matter: string, at: Instant) => ({
  matter,
  promise,
  target,
  revision: revision + 1,
  at,
});

/** What became due of one promise by an instant, at the time when it did: it is breached, or its matter was closed. */
const dueIn = (matter: string, one: Promised, at: Instant): PromiseEvent | undefined => {
  const { dueAt, closedAt, breached } = one;
  if (isOver(one)) return undefined;
  const end = closedAt !== undefined && isDue(closedAt, at) ? closedAt : at;
  if (!breached && dueAt !== undefined && isBefore(dueAt, end))
    return { type: 'PromiseBreached', data: after(one, matter, dueAt) };
  return end === closedAt
    ? { type: 'PromiseEnded', data: { ...after(one, matter, closedAt), because: 'closed' } }
    : undefined;
};

/** All that is to be told of one promise, one thing after the other. */
export const told = (one: Promised, nextOf: (one: Promised) => PromiseEvent | undefined): PromiseEvent[] => {
  const event = nextOf(one);
  return event ? [event, ...told(changed(one, event), nextOf)] : [];
};

/** What became due by an instant, at the times when it did. An answer at the very `dueAt` is in time. */
export const elapse =
  (at: Instant): PromiseDecision =>
  ({ of, told: known }) =>
    of
      ? [...known.values()]
          .flatMap((one) => told(one, (now) => dueIn(of.matter, now, at)))
          .toSorted((a, b) => Date.parse(a.data.at) - Date.parse(b.data.at))
      : [];

/** What an instant is counted with. */
export const counted = ({ calendar, version }: Calendar) => ({ calendar, calendarVersion: version, tzdata });

const calendarOf = (one: Promised, { calendars }: PromiseGround): Calendar =>
  calendars.find(({ calendar }) => calendar === one.calendar) ?? calendars[0]!;

/** How much working time is left at an instant, of a promise that is not paused. */
export const leftOf = (one: Promised, ground: PromiseGround, at: Instant): string =>
  lengthOf(workedBetween(calendarOf(one, ground), at, one.dueAt!));

/** Everything that a look at a matter's promises is made with. */
export type Look = {
  /** What was said in its conversations; from `since` on where that is not all. */
  readonly said: readonly Said[];
  readonly since?: Instant;
  /** The conversations that were looked at. */
  readonly conversations: readonly string[];
  readonly ground: PromiseGround;
  readonly at: Instant;
  /** Up to which position `said` is all, at least. */
  readonly heard: number;
  /** The event because of which it is looked. */
  readonly because: string;
};

/** The same, of one matter. */
export type Known = Look & { readonly matter: string };
type Message = Pick<Said, 'interaction' | 'conversation' | 'at' | 'channel' | 'kind'>;

/** What is to be answered. */
export const questionOf = ({ interaction, conversation, at }: Message) => ({
  interaction,
  conversation,
  countedFrom: at,
});

/** By when a message is to be answered. */
export const dueOf = ({ within, calendar }: Wanted, { at }: Message): Instant =>
  workedAfter(calendar, at, millisecondsOf(within));

type End = Pick<Promised, 'met' | 'ended'> & { readonly at?: Instant };

/** How an exchange ended, as far as it is known at an instant. */
export const endOf = ({ met, closedAt }: Exchange, at: Instant): End => {
  if (met) return { met, at: met.at };
  if (closedAt === undefined || isBefore(at, closedAt)) return {};
  return { ended: { because: 'closed', at: closedAt }, at: closedAt };
};

/** Whether what was told is otherwise, by something that came in late. */
const isWrong = (one: Promised, { target, asked }: Exchange, end: End): boolean =>
  one.interaction !== asked[0].interaction ||
  one.target !== target ||
  (one.met !== undefined && one.met.by !== end.met?.by) ||
  (one.ended !== undefined && one.ended.because !== end.ended?.because) ||
  (one.breached && end.at !== undefined && isDue(end.at, one.dueAt!));

const correctionOf = (one: Promised, exchange: Exchange, end: End, look: Known): PromiseEvent => {
  const { matter, at, because, ground } = look;
  const { target, asked } = exchange;
  const [first] = asked;
  const isSame = one.interaction === first.interaction && one.target === target;
  const wanted = isSame ? undefined : wantedFor(ground, { ...first, target });
  const { calendar, calendarVersion, tzdata: zones } = one;
  const counting = wanted ? counted(wanted.calendar) : { calendar, calendarVersion, tzdata: zones };
  const paused = wanted ? undefined : one.paused;
  const dueAt = wanted ? dueOf(wanted, first) : one.dueAt;
  const breached = dueAt !== undefined && isBefore(dueAt, end.at ?? at);
  const figures = {
    ...questionOf(first),
    ...(dueAt !== undefined && { dueAt }),
    ...(paused && { paused }),
    ...counting,
  };
  const { met, ended } = end;
  return {
    type: 'PromiseCorrected',
    data: {
      ...after(one, matter, at), target, because, ...figures, breached, ...(met && { met }), ...(ended && { ended }),
    },
  }; // prettier-ignore
};

/** It waits for the customer from now on, or for us again: what was said after all that is known of it. */
const pauseOf = (one: Promised, { said }: Exchange, { matter, ground }: Known): PromiseEvent | undefined => {
  if (!one.paused && (one.automatic !== 'pauses' || one.breached)) return undefined;
  const later = said.filter(({ at }) => isBefore(one.since, at));
  if (one.paused) {
    const back = later.find(({ by }) => by === 'customer');
    if (!back) return undefined;
    const calendar = calendarOf(one, ground);
    const dueAt = workedAfter(calendar, back.at, millisecondsOf(one.paused.left));
    return {
      type: 'PromiseResumed',
      data: { ...after(one, matter, back.at), by: back.interaction, dueAt, ...counted(calendar) },
    };
  }
  const reply = later.find(({ by }) => by === 'automatic');
  if (!reply || isBefore(one.dueAt!, reply.at)) return undefined;
  const left = leftOf(one, ground, reply.at);
  const place = after(one, matter, reply.at);
  return { type: 'PromisePaused', data: { ...place, because: 'automatic', by: reply.interaction, left } };
};

/** The next thing to be told of a promise, given what was exchanged; nothing once all is told. */
export const nextOf =
  (exchange: Exchange, look: Known) =>
  (one: Promised): PromiseEvent | undefined => {
    const { matter, at } = look;
    const end = endOf(exchange, at);
    if (isWrong(one, exchange, end)) return correctionOf(one, exchange, end, look);
    if (isOver(one)) return undefined;
    const pause = pauseOf(one, exchange, look);
    if (pause) return pause;
    const { dueAt, breached } = one;
    if (!breached && dueAt !== undefined && isBefore(dueAt, end.at ?? at))
      return { type: 'PromiseBreached', data: after(one, matter, dueAt) };
    if (end.met)
      return { type: 'PromiseMet', data: { ...after(one, matter, end.met.at), by: end.met.by, late: breached } };
    if (end.ended)
      return { type: 'PromiseEnded', data: { ...after(one, matter, end.ended.at), because: end.ended.because } };
    return undefined;
  };
