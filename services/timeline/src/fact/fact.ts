import { createHash } from 'node:crypto';

/** How many parts a digest is kept in: eight of 24 bits, so that a `bigint` column holds the sum of 2^39 of them. */
export const parts = 8;

/** A fact's digest (the first 192 bits of SHA-256 of its id) in parts, the least significant first. */
export const digestOf = (id: string): number[] => {
  const bytes = createHash('sha256').update(id).digest();
  return Array.from({ length: parts }, (_, part) => bytes.readUIntBE((parts - 1 - part) * 3, 3));
};

/**
 * The checksum of a set of facts, from the sums of the parts of their digests: the sum of all digests modulo 2^192, as
 * 48 hexadecimal digits. The same for the same facts, in whatever order they came.
 */
export const checksumOf = (sums: readonly bigint[]): string =>
  (sums.reduce((total, sum, part) => total + (sum << BigInt(24 * part)), 0n) % (1n << 192n))
    .toString(16)
    .padStart(48, '0');
