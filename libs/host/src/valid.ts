import { type Fault, Rejection } from '@throughline/decider';
import type { z } from 'zod';
import { reasonOf } from './reasons.ts';

// A body can be wrong in a million places; an answer that lists them all helps nobody.
const most = 100;

const escaped = (key: PropertyKey): string => String(key).replaceAll('~', '~0').replaceAll('/', '~1');

/** A path as RFC 6901 writes it, after the pointer `at`. */
export const pointerTo = (path: readonly PropertyKey[], at = ''): string =>
  path.reduce<string>((pointer, key) => `${pointer}/${escaped(key)}`, at);

const faultsIn = (issue: z.core.$ZodIssue, at: string): Fault[] => {
  const pointer = pointerTo(issue.path, at);
  if (issue.code !== 'unrecognized_keys') return [{ pointer, reason: issue.message }];
  return issue.keys.slice(0, most).map((key) => ({ pointer: pointerTo([key], pointer), reason: 'is not known here' }));
};

const inWords = (faults: readonly Fault[]): string => {
  const [first, ...others] = faults.map(({ pointer, reason }) => `${pointer || 'It'} ${reason}`);
  return others.length === 0 ? `${first}.` : `${first}, and ${others.length} more.`;
};

/** What came of a check: the value as the schema gives it, or every fault with its JSON Pointer. */
export type Checked<T> = { readonly value: T } | { readonly faults: readonly Fault[] };

/** Holds a value from outside against a schema; `at` is the pointer of the value itself, such as `/3` in a batch. */
export const check = <Schema extends z.ZodType>(schema: Schema, value: unknown, at = ''): Checked<z.output<Schema>> => {
  const result = schema.safeParse(value, { error: reasonOf });
  if (result.success) return { value: result.data };
  const { issues } = result.error;
  return { faults: issues.slice(0, most).flatMap((issue) => faultsIn(issue, at)).slice(0, most) }; // prettier-ignore
};

/** The value as the schema gives it; throws `Rejection(code)` with every fault where it does not fit. */
export const valid = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code = 'InvalidBody',
  at = '',
): z.output<Schema> => {
  const checked = check(schema, value, at);
  if ('value' in checked) return checked.value;
  throw new Rejection(code, inWords(checked.faults), checked.faults);
};
