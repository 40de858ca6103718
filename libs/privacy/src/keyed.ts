import { uuidOf } from '@throughline/contracts';
import { createHmac, type KeyObject } from 'node:crypto';

/**
 * The id of something that must not be readable outside a seal: HMAC-SHA256 of its parts as a UUIDv8 (RFC 9562 §5.8).
 * The parts are kept apart, so that `'a', 'bc'` and `'ab', 'c'` differ. Without the secret nobody can confirm a guess.
 */
export const keyedId = (secret: KeyObject, ...parts: readonly string[]): string =>
  uuidOf(createHmac('sha256', secret).update(JSON.stringify(parts)).digest(), 8);

/** HMAC-SHA256 as 64 hexadecimal digits: equal for equal bytes, and tells nothing about them to who lacks the secret. */
export const mac = (secret: KeyObject, bytes: string | Uint8Array): string =>
  createHmac('sha256', secret).update(bytes).digest('hex');
