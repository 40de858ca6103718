import { createHash, randomUUID } from 'node:crypto';
import { Rejection } from '@throughline/decider';
import { callerOf, type CallSource, headerOf } from './auth/caller.ts';

const form = /^[\x21-\x7e]{1,255}$/;

/** The header of a write that takes its ids by `idFrom`, for `@ApiHeader(idempotencyKey)`. */
export const idempotencyKey = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'A repetition under the same key answers as the first one did, and nothing is done twice; something else under it is refused.',
  schema: { type: 'string', pattern: form.source },
} as const;

/** The caller's `Idempotency-Key` (for gRPC: `idempotency-key` in the metadata). Throws `Rejection('InvalidHeader')`. */
export const idempotencyKeyOf = (source: CallSource): string | undefined => {
  const value = headerOf(source, 'idempotency-key');
  if (value === undefined || form.test(value)) return value;
  throw new Rejection('InvalidHeader', 'The header Idempotency-Key is not 1 to 255 printable ASCII characters.');
};

const uuidFrom = (parts: readonly string[]): string => {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

/**
 * The id of the n-th event that a write appends. With an `Idempotency-Key` it is derived from tenant, actor and key
 * (UUIDv8), so that the ledger itself answers a repetition with the first positions, and refuses another request under
 * the same key; no table of keys, no expiry, no race. Without one it is random.
 */
export const idFrom = (source: CallSource, n = 0): string => {
  const key = idempotencyKeyOf(source);
  if (key === undefined) return randomUUID();
  const { tenant, actor } = callerOf(source);
  return uuidFrom(['idempotency-key', tenant, actor, key, String(n)]);
};
