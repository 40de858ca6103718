import { type Interaction, interaction, momentFault } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { normaliseHandle } from '@throughline/identity';
import { headerOf } from './own-addresses.ts';

type Wording = NonNullable<NonNullable<Parameters<typeof interaction.safeParse>[1]>['error']>;
type Issue = Parameters<Extract<Wording, (...args: never[]) => unknown>>[0];

const kinds: Readonly<Record<string, string>> = { array: 'a list', object: 'an object', string: 'a text' };

// A message that the schema gives wins over these.
const reasonOf = (issue: Issue): string => {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'is missing';
  switch (issue.code) {
    case 'invalid_value':
      return `is not one of ${issue.values.join(', ')}`;
    case 'invalid_type':
      return `is not ${kinds[issue.expected] ?? `a ${issue.expected}`}`;
    case 'unrecognized_keys':
      return `has what is not known here: ${issue.keys.join(', ')}`;
    case 'too_big':
      return `is more than ${issue.maximum}`;
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string' ? 'is empty' : `is less than ${issue.minimum}`;
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'custom':
      return 'is not as it must be';
  }
};

/** Why this cannot be captured `now`, field by field; undefined where it can. */
export const flawOf = (body: unknown, now = new Date()): string | undefined => {
  const { data, error } = interaction.safeParse(body, { error: reasonOf });
  if (error)
    return error.issues
      .map(({ path, message }) => `${path.length > 0 ? `/${path.join('/')}` : 'it'} ${message}`)
      .join('; ');
  const moment = momentFault(data, now);
  const faults = [...handleFaults(data), ...(moment ? [moment] : [])];
  return faults.length > 0 ? faults.map(({ pointer, reason }) => `${pointer} ${reason}`).join('; ') : undefined;
};

const handleFaults = ({ participants }: Interaction): Rejection['faults'] =>
  participants.flatMap(({ handle, also = [] }, at) => [
    ...handleFault(handle, `/participants/${at}/handle`),
    ...also.flatMap((other, nth) => handleFault(other.handle, `/participants/${at}/also/${nth}/handle`)),
  ]);

const handleFault = (text: string, pointer: string): Rejection['faults'] => {
  try {
    normaliseHandle(text, pointer);
    return [];
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return error.faults;
  }
};

/** The most bytes that a mail may have. */
const mostBytes = 32 * 1_048_576;

/** What would become of a mail, as far as its size and its header tell. */
export const outlookOf = (
  mail: Uint8Array,
): { readonly outcome: 'captured' | 'quarantined' | 'rejected'; readonly reason?: string } => {
  if (mail.byteLength === 0) return { outcome: 'rejected', reason: 'it is empty' };
  if (mail.byteLength > mostBytes) return { outcome: 'rejected', reason: 'it has more than 32 MiB' };
  const hasSender = /^(?:from|sender|reply-to|return-path):.*\S@\S/im.test(headerOf(mail));
  return hasSender ? { outcome: 'captured' } : { outcome: 'quarantined', reason: 'it has no sender that can be read' };
};
