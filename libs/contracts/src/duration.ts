import { z } from 'zod';
import type { Instant } from './words.ts';

const pattern =
  /^P(?=\d|T\d)(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8}(?:\.\d{1,3})?)S)?)?$/;
const units = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000] as const;

/** An ISO 8601 duration of weeks, days, hours, minutes and seconds: of always the same length, so no months. */
export const duration = z.string().regex(pattern, {
  error: 'is not an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as PT15M',
  abort: true,
});

/** How many milliseconds a {@link duration} lasts. */
export const millisecondsOf = (text: string): number => {
  const [, ...counts] = pattern.exec(text) ?? [];
  return units.reduce((sum, unit, at) => sum + Math.round(unit * Number(counts[at] ?? 0)), 0);
};

/** The {@link duration} of so many milliseconds: `PT4M`. */
export const lengthOf = (ms: number): string => {
  const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms % 60_000) / 1_000];
  const parts = [hours > 0 && `${hours}H`, minutes > 0 && `${minutes}M`, (seconds > 0 || ms === 0) && `${seconds}S`];
  return `PT${parts.filter(Boolean).join('')}`;
};

/** The instant so long after another one, to the millisecond; durations are those of {@link duration}. */
export const after = (at: Instant, text: string): Instant =>
  new Date(Date.parse(at) + millisecondsOf(text)).toISOString();

/** Whether an instant is there by another one. */
export const isDue = (due: Instant, at: Instant): boolean => Date.parse(due) <= Date.parse(at);
