import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { checksumOf, digestOf, parts } from './fact.ts';

const sumOf = (ids: readonly string[]): bigint[] => {
  const sums = Array.from({ length: parts }, () => 0n);
  for (const id of ids) digestOf(id).forEach((part, index) => (sums[index]! += BigInt(part)));
  return sums;
};

describe('the checksum of captured facts', () => {
  it('is the sum of the digests of their ids', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const plain = ids.reduce(
      (sum, id) => sum + BigInt(`0x${createHash('sha256').update(id).digest('hex').slice(0, 48)}`),
      0n,
    );
    expect(BigInt(`0x${checksumOf(sumOf(ids))}`)).toBe(plain % 2n ** 192n);
  });
  it('does not depend on their order', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1 }), (ids) => {
        expect(checksumOf(sumOf(ids.toReversed()))).toBe(checksumOf(sumOf(ids)));
      }),
    ));
  it('changes with every fact', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1 }), (ids) => {
        expect(checksumOf(sumOf(ids.slice(1)))).not.toBe(checksumOf(sumOf(ids)));
      }),
    ));
  it('of nothing is zero', () => expect(checksumOf(sumOf([]))).toBe('0'.repeat(48)));
});
