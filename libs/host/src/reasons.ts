import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;
type Bound = { origin?: string; maximum?: number | bigint; minimum?: number | bigint; inclusive?: boolean };

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  bigint: 'a whole number',
  date: 'a date',
};

const named = (kind: string): string => kinds[kind] ?? `a ${kind}`;

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
};

const formats: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  url: 'a URL',
  email: 'an e-mail address',
  datetime: 'an RFC 3339 moment in UTC, such as 2026-05-04T09:30:00Z',
  date: 'a date, such as 2026-05-04',
  duration: 'an ISO 8601 duration, such as P1D',
};

const counted: Readonly<Record<string, string>> = { string: 'character', array: 'item', set: 'item' };

const tooBig = ({ origin = '', maximum = 0, inclusive }: Bound): string => {
  const unit = counted[origin];
  if (unit) return `has more than ${maximum} ${unit}${maximum === 1 ? '' : 's'}`;
  return inclusive === false ? `is not less than ${maximum}` : `is more than ${maximum}`;
};

const tooSmall = ({ origin = '', minimum = 0, inclusive }: Bound): string => {
  const unit = counted[origin];
  if (unit) return minimum === 1 ? 'is empty' : `has fewer than ${minimum} ${unit}s`;
  return inclusive === false ? `is not more than ${minimum}` : `is less than ${minimum}`;
};

const choices = (values: readonly unknown[]): string => {
  const words = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).filter(Boolean);
  return words.length === 1 ? `can only be ${words[0]}` : `is not one of ${words.join(', ')}`;
};

/**
 * Why a value does not fit, in words that follow the field's name: "/channel is not one of email, phone". The value
 * itself is never repeated. A message that the schema gives wins over these.
 */
export const reasonOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      // What a query says is turned into a number first.
      if (Number.isNaN(issue.input)) return `is not ${named(issue.expected ?? 'something else')}`;
      return `is ${named(kindOf(issue.input))}, and must be ${named(issue.expected ?? 'something else')}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : choices(issue.values ?? []);
    case 'too_big':
      return tooBig(issue);
    case 'too_small':
      return tooSmall(issue);
    case 'invalid_format':
      return `is not ${formats[issue.format ?? ''] ?? `of the form ${issue.format}`}`;
    case 'not_multiple_of':
      return `is not a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return 'has fields that are not known here';
    case 'invalid_union':
      return 'has none of the forms that are taken here';
    case 'invalid_key':
      return 'has a key that is not taken here';
    case 'invalid_element':
      return 'has an element that is not taken here';
    case 'custom':
      return 'is not as it must be';
  }
};
