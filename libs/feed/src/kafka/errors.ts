import { CredentialsRefused, type KafkaOptions } from './driver.ts';

/** As the client's errors are: protocol errors bear the broker's name for them. */
type ClientError = Error & { readonly type?: string };

const tooLarge = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
const refused = new Set(['KafkaJSSASLAuthenticationError', 'SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM']);
const passing = new Set([
  // A broker that has just started: its coordinators are still loading.
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  // The group gathers anew.
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
]);

/** The error and what caused it. */
function causesOf(error: unknown): ClientError[] {
  const causes: ClientError[] = [];
  for (let next = error; next instanceof Error && !causes.includes(next); next = next.cause) causes.push(next);
  return causes;
}

const isAmong = (error: unknown, kinds: ReadonlySet<string>): boolean =>
  causesOf(error).some(({ name, type }) => kinds.has(name) || (type !== undefined && kinds.has(type)));

/** Whether the broker refused a batch as too large. */
export const isTooLarge = (error: unknown): boolean => isAmong(error, tooLarge);

/** Whether it is what a broker says that has just started, or a group that gathers; it passes by itself. */
export const isPassing = (error: unknown): boolean => isAmong(error, passing);

/** The client's error in our words, where there are any. */
export function inWords(error: unknown, { brokers, sasl }: KafkaOptions): Error {
  const [first] = causesOf(error);
  if (first && isAmong(error, refused)) {
    const who = sasl ? `${sasl.username} (${sasl.mechanism})` : 'who has no credentials';
    return new CredentialsRefused(`Kafka at ${brokers.join(',')} does not let in ${who}: ${first.message}`, {
      cause: error,
    });
  }
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors)) return new Error(errors.map((it: Error) => it.message).join('; '), { cause: error });
  return first ?? new Error(String(error));
}
