import { type KafkaRecord, type ReadRecord, sizeOf } from '@throughline/feed';
import { mostRefusedBytes } from './channels.ts';

/** A problem as it is told outside: RFC 9457. */
export type Problem = Readonly<Record<string, unknown>>;

const mostCharacters = 500;

// A name that somebody made up can be megabytes long.
const short = (text: string): string =>
  text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters).toWellFormed()}…`;

const told = (problem: Problem): string =>
  JSON.stringify(problem, (_, value: unknown) => (typeof value === 'string' ? short(value) : value));

// What is around a record on its way.
const margin = 1_024;

/**
 * What was refused as it came, bytes, key and headers; beside them why, and where it lay. Headers named `refused-…` that
 * it had (it was refused before and sent again) are those of this refusal now. Headers can grow on the way, where they are
 * many or no text: where the topic of refusals would not take them all, it is sent without those that it had.
 */
export const refusalOf = (topic: string, record: ReadRecord, problem: Problem, at: Date): KafkaRecord => {
  const { partition, key, value } = record;
  const own = {
    'refused-problem': told(problem),
    'refused-topic': topic,
    'refused-partition': String(partition),
    'refused-offset': String(record.offset),
    'refused-at': at.toISOString(),
  };
  const whole = { partition, key, value, headers: { ...record.headers, ...own } };
  return sizeOf(whole) + margin <= mostRefusedBytes ? whole : { ...whole, headers: own };
};
