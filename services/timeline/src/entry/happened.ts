import { arranged, mostAhead } from '@throughline/contracts';
import type { HeardEvent } from '../heard.ts';

const meetings = arranged.map((channel) => `'${channel}'`).join(', ');

/** The last moment, by a moment that is the parameter `now`, at which anything can be said to have happened. */
export const latestBy = (now: string): string => `${now}::timestamptz + interval '${mostAhead / 1_000} seconds'`;

/**
 * The condition that a line `l` has happened by a moment, the parameter `now`: what was told by a clock that is ahead has,
 * a meeting to come has not, nor has what was taken for good when years to come were.
 */
export const happenedBy = (now: string): string => `
  l.occurred_at <= ${latestBy(now)}
  and not (l.occurred_at > ${now}::timestamptz and l.channel in (${meetings}))`;

/** Whether what an event tells had happened by a moment, by the same rule. */
export const hadHappened = ({ type, data, occurredAt }: HeardEvent, now: Date): boolean => {
  const isArranged = type === 'InteractionCaptured' && arranged.includes(data.channel);
  return Date.parse(occurredAt) - now.getTime() <= (isArranged ? 0 : mostAhead);
};
