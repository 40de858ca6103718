import { createHash } from 'node:crypto';

/** The namespace of every id that Throughline derives (RFC 9562 §5.5); never to be changed. */
const throughline = '6d1f7b1e-6a2b-5c0e-9b53-0f0a5f3c9a11';

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/** Sixteen bytes as a UUID of the given version, variant 10 (RFC 9562 §4). */
export const uuidOf = (bytes: Uint8Array, version: 5 | 8): string => {
  const hex = Buffer.from(bytes.subarray(0, 16));
  hex[6] = (hex[6]! & 0x0f) | (version << 4);
  hex[8] = (hex[8]! & 0x3f) | 0x80;
  const text = hex.toString('hex');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
};

/** UUIDv5 of a name made of parts; the parts are kept apart, so that `['a', 'bc']` and `['ab', 'c']` differ. */
export const derivedId = (...parts: readonly string[]): string =>
  uuidOf(createHash('sha1').update(bytesOf(throughline)).update(JSON.stringify(parts)).digest(), 5);

/**
 * The id of a provider's fact: the same on every installation, so that the same fact twice is once.
 * Unkeyed on purpose (docs/guarantees.md says what that can confirm).
 */
export const factId = (tenant: string, source: string, key: string): string => derivedId('fact', tenant, source, key);

/** The id of the n-th event that a reactor yields because of another event. */
export const consequenceId = (cause: string, reactor: string, n: number | string): string =>
  derivedId('consequence', cause, reactor, String(n));
