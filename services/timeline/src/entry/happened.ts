import { arranged, mostAhead } from '@throughline/contracts';

const meetings = arranged.map((channel) => `'${channel}'`).join(', ');

/**
 * The condition that a line `l` has happened by a moment, the parameter `now`: what was told by a clock that is ahead has,
 * a meeting to come has not, nor has what was taken for good when years to come were.
 */
export const happenedBy = (now: string): string => `
  l.occurred_at <= ${now}::timestamptz + interval '${mostAhead / 1_000} seconds'
  and not (l.occurred_at > ${now}::timestamptz and l.channel in (${meetings}))`;
