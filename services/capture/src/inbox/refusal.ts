import type { KafkaRecord, ReadRecord } from '@throughline/feed';

/** A problem as it is told outside: RFC 9457. */
export type Problem = Readonly<Record<string, unknown>>;

const mostCharacters = 500;

// A name that somebody made up can be megabytes long.
const short = (text: string): string =>
  text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters).toWellFormed()}…`;

const told = (problem: Problem): string =>
  JSON.stringify(problem, (_, value: unknown) => (typeof value === 'string' ? short(value) : value));

/**
 * What was refused as it came, bytes, key and headers; beside them why, and where it lay. Headers named `refused-…` that
 * it had (it was refused before and sent again) are those of this refusal now.
 */
export const refusalOf = (topic: string, record: ReadRecord, problem: Problem, at: Date): KafkaRecord => ({
  partition: record.partition,
  key: record.key,
  value: record.value,
  headers: {
    ...record.headers,
    'refused-problem': told(problem),
    'refused-topic': topic,
    'refused-partition': String(record.partition),
    'refused-offset': String(record.offset),
    'refused-at': at.toISOString(),
  },
});
