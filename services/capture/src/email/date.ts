import { type Instant, mostAhead } from '@throughline/contracts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// RFC 5322 §4.3; every other name of a zone says no more than -0000 does.
const zones: Readonly<Record<string, number>> = {
  edt: -240, est: -300, cdt: -300, cst: -360, mdt: -360, mst: -420, pdt: -420, pst: -480,
}; // prettier-ignore

const shape =
  /(?:^|[\s,])(\d{1,2})[\s-]+([a-z]{3})[a-z]*[\s-]+(\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([+-]\d{4}|[a-z]{1,5})?/i;

/** The moment that a `Date` or `Received` header names, or nothing. Unlike `Date.parse`, it never takes the machine's own zone. */
export const dateOf = (value: string): Date | undefined => {
  const match = shape.exec(value.slice(0, 256));
  if (!match) return undefined;
  const [, day, name, year, hour, minute, second = '0', zone = ''] = match;
  const month = months.indexOf(name!.toLowerCase());
  const date = new Date(0);
  date.setUTCFullYear(fullYear(year!), month, Number(day));
  if (month < 0 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  date.setUTCHours(Number(hour), Number(minute) - offsetOf(zone), Number(second));
  return date;
};

const fullYear = (year: string): number => {
  const number = Number(year);
  if (year.length === 4) return number;
  return year.length === 2 && number < 50 ? 2000 + number : 1900 + number;
};

const offsetOf = (zone: string): number => {
  const numeric = /^([+-])(\d{2})(\d{2})$/.exec(zone);
  if (!numeric) return zones[zone.toLowerCase()] ?? 0;
  return (numeric[1] === '-' ? -1 : 1) * (Number(numeric[2]) * 60 + Number(numeric[3]));
};

/** Where a mail's moment was taken from. */
export type DatedBy = 'date' | 'received' | 'arrival';

const oldest = Date.UTC(1980);

/**
 * When a mail was written: its `Date` where that can be (from 1980 on, at most a day after now), else the newest
 * `Received`, else now.
 */
export const writtenAt = (
  date: string | undefined,
  received: readonly string[],
  now: Date,
): { at: Instant; by: DatedBy } => {
  const plausible = (at: Date | undefined): at is Date =>
    at !== undefined && at.getTime() >= oldest && at.getTime() <= now.getTime() + mostAhead;
  const written = date === undefined ? undefined : dateOf(date);
  if (plausible(written)) return { at: instantOf(written), by: 'date' };
  const arrived = received.map((value) => dateOf(value.slice(value.lastIndexOf(';') + 1))).find(plausible);
  return arrived ? { at: instantOf(arrived), by: 'received' } : { at: instantOf(now), by: 'arrival' };
};

const instantOf = (at: Date): Instant => at.toISOString().replace(/\.?0*Z$/, 'Z');
