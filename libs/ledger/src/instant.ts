import type { Instant } from '@throughline/contracts';

const form = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?Z$/;

/** The instant as it is stored: no idle zeros after the point. Undefined where the text is no moment in UTC. */
export const canonicalInstant = (text: string): Instant | undefined => {
  const parts = form.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number]; // prettier-ignore
  const sound = year > 0 && hour < 24 && minute < 60 && second < 60 && day > 0 && day <= daysOf(year, month);
  return sound ? trimmed(text) : undefined;
};

const daysOf = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
};

/** A moment in UTC without idle zeros after the point: `…:00.120000Z` is `…:00.12Z`. */
export const trimmed = (text: string): Instant => (text[19] === '.' ? text.replace(/\.?0*Z$/, 'Z') : text);

/** Microseconds since 1970, exactly, as an instant. */
export const fromMicros = (micros: bigint): Instant => {
  const seconds = new Date(Number(micros / 1_000_000n) * 1_000).toISOString().slice(0, 19);
  return trimmed(`${seconds}.${String(micros % 1_000_000n).padStart(6, '0')}Z`);
};
