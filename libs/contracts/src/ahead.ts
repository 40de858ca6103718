import { isDue } from './duration.ts';
import type { Interaction } from './interaction.ts';
import type { Channel, Instant } from './words.ts';

/** Channels on which people meet: what is arranged there is told before it happens. */
export const arranged: readonly Channel[] = ['meeting', 'in-person'];

/** Whether people meet there, and not before a moment: what was told of it has not happened by then. */
export const isToCome = (channel: Channel, occurredAt: Instant, at: Instant): boolean =>
  arranged.includes(channel) && !isDue(occurredAt, at);

const unheld = new Set(['cancelled', 'canceled', 'no-show', 'missed', 'declined', 'rescheduled', 'failed']);

/** Whether an outcome, in whatever case, says of a meeting that nobody held it. */
export const isUnheld = (outcome: string | undefined): boolean => unheld.has(outcome?.toLowerCase() ?? '');

const day = 86_400_000;

/** By how much what happened may be told to happen later, in milliseconds: clocks and time zones outside are wrong by so much. */
export const mostAhead = day;

/** How long before it happens it may be told what is arranged, in milliseconds. */
const longestArranged = 731 * day;

/** Why something cannot be said to happen `at` on this channel, by what time it is now; undefined where it can. */
const tooFarAhead = (channel: Channel, at: Instant, now: Date): string | undefined => {
  const isArranged = arranged.includes(channel);
  const ahead = Date.parse(at) - now.getTime();
  if (ahead <= (isArranged ? longestArranged : mostAhead)) return undefined;
  return `is more than ${isArranged ? 'two years' : 'a day'} after now, which is ${now.toISOString()}`;
};

/**
 * Which moment of an interaction cannot be (a JSON Pointer) by what time it is now, and why; undefined where all can. What
 * is told of the far future is a wrong year or unit, and would be the last that happened for ever.
 */
export const momentFault = (
  { channel, occurredAt, end }: Pick<Interaction, 'channel' | 'occurredAt' | 'end'>,
  now: Date,
): { readonly pointer: string; readonly reason: string } | undefined => {
  const ends = end?.at ?? occurredAt;
  if (Date.parse(ends) < Date.parse(occurredAt)) return { pointer: '/end/at', reason: 'is before occurredAt' };
  const reason = tooFarAhead(channel, ends, now);
  if (reason === undefined) return undefined;
  return { pointer: tooFarAhead(channel, occurredAt, now) === undefined ? '/end/at' : '/occurredAt', reason };
};
