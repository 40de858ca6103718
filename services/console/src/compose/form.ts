import { type Fault, Problem } from '../problem.ts';

/** One field of a form; `pointer` says where in the body its value goes and where its faults come back, as in `/nextStep/due`. */
export type Field = {
  readonly pointer: string;
  readonly label: string;
  readonly kind: 'line' | 'lines' | 'who' | 'when' | 'choice' | 'yes' | 'secret' | 'json' | 'count';
  readonly required?: boolean;
  /** What it says before anybody typed. */
  readonly value?: string;
  /** What can be chosen, or is often meant: values with what they are called. */
  readonly options?: readonly (readonly [value: string, name: string])[];
  /** A word about it, below it; by what the fields say, where it depends on that. */
  readonly hint?: string | ((values: Values) => string);
};

export type Values = Readonly<Record<string, string>>;

/** The word about a field, as of what the fields say. */
export const hintOf = ({ hint }: Field, values: Values): string | undefined =>
  typeof hint === 'function' ? hint(values) : hint;

/**
 * The body that filled fields make; empty ones are left out. Throws {@link Problem} where a field cannot be read, and
 * `ifEmpty`, where that is given, where none is filled.
 */
export const bodyOf = (fields: readonly Field[], values: Values, ifEmpty?: string): Record<string, unknown> => {
  const body: Record<string, unknown> = {};
  for (const { pointer, kind } of fields) {
    const value = values[pointer]?.trim();
    if (value) put(body, pointer.slice(1).split('/'), meaningOf(kind, value, pointer));
  }
  if (ifEmpty !== undefined && Object.keys(body).length === 0) throw new Problem(422, 'Nothing is filled in', ifEmpty);
  return body;
};

const put = (into: Record<string, unknown>, [name = '', ...deeper]: readonly string[], value: unknown): void => {
  if (deeper.length === 0) into[name] = value;
  else put((into[name] ??= {}) as Record<string, unknown>, deeper, value);
};

const meaningOf = (kind: Field['kind'], value: string, pointer: string): unknown => {
  switch (kind) {
    case 'yes':
      return value === 'yes';
    case 'json':
      return read(value, pointer);
    case 'who':
      return handleOf(value);
    case 'when':
      return new Date(value).toISOString();
    case 'count':
      return Number(value);
    case 'line':
    case 'lines':
    case 'choice':
    case 'secret':
      return value;
  }
};

const read = (text: string, pointer: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem(422, 'Not valid', 'A field is not JSON.', [{ pointer, reason: 'is not JSON' }]);
  }
};

/** What fields say before anybody typed. */
export const valuesOf = (fields: readonly Field[]): Values =>
  Object.fromEntries(fields.flatMap(({ pointer, value }) => (value === undefined ? [] : [[pointer, value]])));

/** What may be kept until the form is opened again: all but secrets. */
export const keptOf = (fields: readonly Field[], values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([pointer]) => !fields.some((one) => one.pointer === pointer && one.kind === 'secret'),
    ),
  );

/** What somebody types for a person, as a handle: an address, a number, or a handle as it is. */
export const handleOf = (text: string): string => {
  if (/^[a-z][\w.-]*:/i.test(text)) return text;
  return `${/^\+?[\d\s()-]{5,}$/.test(text) ? 'tel' : 'email'}:${text}`;
};

/** The faults of each field, be it of something within it, and those that are of none. */
export const faultsOf = (fields: readonly Field[], faults: readonly Fault[]) => {
  const isOf = (pointer: string) => (fault: Fault) =>
    fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`);
  const others = faults.filter((fault) => !fields.some(({ pointer }) => isOf(pointer)(fault)));
  return {
    of: (pointer: string): string | undefined => {
      const fault = faults.find(isOf(pointer));
      return fault && [fault.pointer.slice(pointer.length + 1), fault.reason].filter(Boolean).join(' ');
    },
    others,
    /** The fields say all that there is to say. */
    areOfFields: faults.length > 0 && others.length === 0,
  };
};

/** A moment of the reader's zone, as `datetime-local` inputs take it. */
export const localOf = (at: Date): string => {
  const two = (count: number) => String(count).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
};

const inDays = (days: number, now: Date): string =>
  localOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 10));

/** Moments that are often meant, as `datetime-local` inputs take them. */
export const soon = (now: Date): readonly (readonly [string, string])[] => [
  ['Tomorrow, 10:00', inDays(1, now)],
  ['In a week', inDays(7, now)],
];
