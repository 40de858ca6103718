import type { Instant } from '@throughline/contracts';

const form =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z$/;

/** The instant as it is stored: no idle zeros after the point. Undefined where the text is no moment in UTC. */
export const canonicalInstant = (text: string): Instant | undefined => {
  if (!form.test(text)) return undefined;
  const day = Number(text.slice(8, 10));
  const sound = day <= 28 || day <= daysOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
  return sound ? trimmed(text) : undefined;
};

const daysOf = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
};

/** A moment in UTC without idle zeros after the point: `…:00.120000Z` is `…:00.12Z`. */
export const trimmed = (text: string): Instant =>
  text[19] === '.' && text.at(-2) === '0' ? text.replace(/\.?0*Z$/, 'Z') : text;

/** Microseconds since 1970, exactly, as an instant. */
export const fromMicros = (micros: bigint): Instant => {
  const seconds = new Date(Number(micros / 1_000_000n) * 1_000).toISOString().slice(0, 19);
  return trimmed(`${seconds}.${String(micros % 1_000_000n).padStart(6, '0')}Z`);
};
