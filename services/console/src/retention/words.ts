import { counted, dateOf, dayMs } from '../words.ts';
import type { Policy, Quarter } from './shapes.ts';

/** How retention is said. */

const months = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** `2026Q2` as `Apr – Jun 2026` */
export const monthsOf = (quarter: string): string => {
  const [year, nth] = [Number(quarter.slice(0, 4)), Number(quarter.at(-1))];
  return months.formatRange(Date.UTC(year, nth * 3 - 3), Date.UTC(year, nth * 3 - 1));
};

/** For how long it is kept, in a sentence or two. */
export const policyInWords = ({ keep, notice, from }: Policy, now = Date.now()): string => {
  if (keep === undefined) return 'Everything is kept, for ever.';
  const told = notice === 0 ? '' : `, and is told ${counted(notice, 'day')} before`;
  const since = from && Date.parse(from) > now ? ` Nothing expires before ${dateOf(from)}.` : '';
  return `The quarter that goes on is kept, and the ${keep === 1 ? 'one' : keep} before it. What is older expires by itself${told}.${since}`;
};

/** Of whom something is there in a quarter, and how many of them stay beyond it. */
export const whomOf = ({ customers, staying, atLeast }: Quarter): string => {
  const all = `${counted(customers, 'customer')}${atLeast ? ' or more' : ''}`;
  if (staying === 0) return all;
  return `${all}; ${staying.toLocaleString()} of them stay, and keep their names`;
};

/** When what is over its time expires by itself, under a policy that is set at a moment (ms). */
export const expiresFrom = (notice: number, now = Date.now()): string =>
  notice === 0 ? 'today' : `on ${dateOf(new Date(now + notice * dayMs).toISOString())}`;

/** A whole number within bounds; undefined where the text is none. */
export const wholeIn = (text: string, least: number, most: number): number | undefined => {
  const count = /^\d{1,4}$/.test(text.trim()) ? Number(text) : undefined;
  return count !== undefined && count >= least && count <= most ? count : undefined;
};
