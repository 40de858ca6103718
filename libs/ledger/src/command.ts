import { hash } from 'node:crypto';
import { canonicalInstant } from './instant.ts';
import { type Command, InvalidCommand, type NewEvent } from './ledger.ts';

/** What one command may hold at most. Sizes are bytes of UTF-8. */
export const limits = {
  events: 10_000,
  bytes: 64 * 1024 * 1024,
  tenant: 256,
  stream: 1_024,
  type: 256,
  name: 512,
  keys: 20_000,
  depth: 1_000,
} as const;

/** An event as an adapter stores it: id in lower case, occurredAt without idle zeros, fingerprint filled in. */
export type SoundEvent = Required<NewEvent>;

/** A command that every ledger can store. */
export type SoundCommand = Omit<Command, 'events' | 'sealedUnder' | 'destroys'> & {
  readonly events: readonly SoundEvent[];
  readonly sealedUnder: readonly string[];
  readonly destroys: readonly string[];
  /** An id that stands in it twice. */
  readonly repeated: string | undefined;
  /** How much it weighs on the wire. */
  readonly bytes: number;
};

/** Checks a command and brings it into the form that adapters store. Throws {@link InvalidCommand}. */
export const sound = (command: Command): SoundCommand => {
  const formed = wellFormed(command);
  checkJson(formed);
  return formed;
};

/** The same without a look at its JSON, for a store that reads it itself: what that refuses, {@link checkJson} names. */
export const wellFormed = (command: Command): SoundCommand => {
  const { tenant, stream, expected, checkpoint, sealedUnder = [], destroys = [] } = command;
  const bytes = weigh(command);
  checkName('tenant', tenant, limits.tenant);
  checkName('stream', stream, limits.stream);
  checkExpected(expected);
  checkKeys('sealedUnder', sealedUnder);
  checkKeys('destroys', destroys);
  if (destroys.length > 0 && command.events.length === 0)
    throw new InvalidCommand('destroys', 'needs the event that says so');
  if (checkpoint) checkCheckpoint(checkpoint);
  const events = command.events.map(soundEvent);
  return { tenant, stream, expected, events, sealedUnder, destroys, checkpoint, repeated: repeatedIn(events), bytes };
};

const weigh = ({ events }: Command): number => {
  if (events.length > limits.events) throw new InvalidCommand('events', `are more than ${limits.events}`);
  const bytes = events.reduce(
    (sum, { data, meta }) => sum + Buffer.byteLength(data) + Buffer.byteLength(meta) + 256,
    256,
  );
  if (bytes > limits.bytes) throw new InvalidCommand('events', `are more than ${limits.bytes} bytes together`);
  return bytes;
};

// C0, DEL and C1: U+001E separates values on their way to the server, and none of them belongs in a name.
const control = /[\u0000-\u001f\u007f-\u009f]/;
// What nearly every name is made of, and then it is as many bytes as characters.
const plain = /^[ -~]+$/;

/** Refuses a name that is empty, too long, broken or has a control character. */
export const checkName = (field: string, text: string, max: number): void => {
  if (text.length <= max && plain.test(text)) return;
  if (text.length === 0) throw new InvalidCommand(field, 'is empty');
  if (text.length > max || Buffer.byteLength(text) > max)
    throw new InvalidCommand(field, `is longer than ${max} bytes`);
  if (control.test(text)) throw new InvalidCommand(field, 'has a control character');
  if (!text.isWellFormed()) throw new InvalidCommand(field, 'has a lone surrogate');
};

const checkExpected = (expected: Command['expected']): void => {
  if (expected === 'any' || expected === 'none' || expected === 'exists') return;
  if (!Number.isSafeInteger(expected) || expected < 0) throw new InvalidCommand('expected', 'is no version');
};

const checkKeys = (field: string, keys: readonly string[]): void => {
  if (keys.length > limits.keys) throw new InvalidCommand(field, `are more than ${limits.keys}`);
  for (const key of keys) checkName(field, key, limits.name);
};

const maxPosition = 2n ** 63n - 1n;

const checkCheckpoint = ({ consumer, from, to }: NonNullable<Command['checkpoint']>): void => {
  checkName('checkpoint', consumer, limits.name);
  if (from < 0n || to < from || to > maxPosition)
    throw new InvalidCommand('checkpoint', 'goes from no position to a later one');
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const sha256 = /^[0-9a-f]{64}$/;

const soundEvent = ({ id: given, type, occurredAt: moment, data, meta, fingerprint: own }: NewEvent): SoundEvent => {
  const id = given.toLowerCase();
  if (!uuid.test(id)) throw new InvalidCommand('id', 'is no UUID');
  checkName('type', type, limits.type);
  const occurredAt = canonicalInstant(moment);
  if (!occurredAt) throw new InvalidCommand('occurredAt', 'is no moment in UTC with at most microseconds');
  checkText('data', data);
  checkText('meta', meta);
  const fingerprint = own === undefined ? hash('sha256', `${type}\n${data}`) : soundFingerprint(own);
  return { id, type, occurredAt, data, meta, fingerprint };
};

const soundFingerprint = (given: string): string => {
  const fingerprint = given.toLowerCase();
  if (!sha256.test(fingerprint)) throw new InvalidCommand('fingerprint', 'is not 64 hexadecimal digits');
  return fingerprint;
};

const checkText = (field: string, text: string): void => {
  if (!text.isWellFormed()) throw new InvalidCommand(field, 'has a lone surrogate, which no UTF-8 can carry');
  if (isDeep(text)) throw new InvalidCommand(field, `is nested more than ${limits.depth} deep`);
};

/** Throws {@link InvalidCommand} where the data or meta of an event is not JSON. */
export const checkJson = ({ events }: SoundCommand): void => {
  for (const { data, meta } of events) {
    if (!isJson(data)) throw new InvalidCommand('data', 'is not JSON');
    if (!isJson(meta)) throw new InvalidCommand('meta', 'is not JSON');
  }
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

// PostgreSQL parses JSON by recursion and V8 does not: what one of them cannot take is refused for both.
const isDeep = (text: string): boolean => {
  if (text.length <= 2 * limits.depth || !opensOften(text)) return false;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length && depth <= limits.depth; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '{' || character === '[')) depth += 1;
    else if (!quoted && (character === '}' || character === ']')) depth -= 1;
  }
  return depth > limits.depth;
};

// Whether more objects and lists begin than may lie in each other, if all of them did: a look at each character is slow.
const opensOften = (text: string): boolean => {
  let left: number = limits.depth;
  for (const bracket of '{[')
    for (let at = text.indexOf(bracket); at >= 0 && left >= 0; at = text.indexOf(bracket, at + 1)) left -= 1;
  return left < 0;
};

const repeatedIn = (events: readonly SoundEvent[]): string | undefined => {
  if (events.length < 2) return undefined;
  const seen = new Set<string>();
  return events.find(({ id }) => seen.size === seen.add(id).size)?.id;
};
