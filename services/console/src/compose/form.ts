import type { Fault } from '../api.ts';

/** One field of a form; `pointer` says where in the body its value goes and where its faults come back, as in `/nextStep/due`. */
export type Field = {
  readonly pointer: string;
  readonly label: string;
  readonly kind: 'line' | 'lines' | 'who' | 'when';
  readonly required?: boolean;
};

export type Values = Readonly<Record<string, string>>;

/** The body that filled fields make; empty ones are left out. */
export const bodyOf = (fields: readonly Field[], values: Values): Record<string, unknown> => {
  const body: Record<string, unknown> = {};
  for (const { pointer, kind } of fields) {
    const value = values[pointer]?.trim();
    if (value) put(body, pointer.slice(1).split('/'), meaningOf(kind, value));
  }
  return body;
};

const put = (into: Record<string, unknown>, [name = '', ...deeper]: readonly string[], value: unknown): void => {
  if (deeper.length === 0) into[name] = value;
  else put((into[name] ??= {}) as Record<string, unknown>, deeper, value);
};

const meaningOf = (kind: Field['kind'], value: string): string => {
  switch (kind) {
    case 'who':
      return handleOf(value);
    case 'when':
      return new Date(value).toISOString();
    case 'line':
    case 'lines':
      return value;
  }
};

/** What somebody types for a person, as a handle: an address, a number, or a handle as it is. */
export const handleOf = (text: string): string => {
  if (/^[a-z][\w.-]*:/i.test(text)) return text;
  return `${/^\+?[\d\s()-]{5,}$/.test(text) ? 'tel' : 'email'}:${text}`;
};

/** The faults of each field, and those that are of none. */
export const faultsOf = (fields: readonly Field[], faults: readonly Fault[]) => {
  const known = new Set(fields.map(({ pointer }) => pointer));
  return {
    of: (pointer: string): string | undefined => faults.find((fault) => fault.pointer === pointer)?.reason,
    others: faults.filter(({ pointer }) => !known.has(pointer)),
    /** The fields say all that there is to say. */
    areOfFields: faults.length > 0 && faults.every(({ pointer }) => known.has(pointer)),
  };
};

const local = (at: Date): string => {
  const two = (count: number) => String(count).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
};

const inDays = (days: number, now: Date): string =>
  local(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 10));

/** Moments that are often meant, as `datetime-local` inputs take them. */
export const soon = (now: Date): readonly (readonly [string, string])[] => [
  ['Tomorrow, 10:00', inDays(1, now)],
  ['In a week', inDays(7, now)],
];
