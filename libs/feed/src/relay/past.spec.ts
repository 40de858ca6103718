import { describe, expect, it } from '@jest/globals';
import type { Fork } from '@throughline/ledger';
import fc from 'fast-check';
import { Fenced } from './fenced.ts';
import { type Begun, commonPast, forksUpTo } from './past.ts';

const forks = (...all: readonly (readonly [after: number, fork: string])[]): readonly Begun[] =>
  all.map(([after, fork]) => ({ after: BigInt(after), fork }));

describe('the forks of a ledger', () => {
  it('are found with where each begins, and up to a position', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }), fc.nat(50), async (sizes, to) => {
        const stored = sizes.flatMap((size, at) => Array.from({ length: size }, (): Fork => ({ epoch: 2 * at + 1, id: null }))); // prettier-ignore
        const end = Math.min(to, stored.length);
        const each = stored.slice(0, end).map(({ epoch }, at) => ({ after: BigInt(at), fork: String(epoch) }));
        const wanted = each.filter(({ fork }, at) => fork !== each[at - 1]?.fork);
        const forkAt = async (position: bigint) => stored[Number(position) - 1];
        expect(await forksUpTo({ forkAt }, BigInt(end))).toEqual(wanted);
      }),
    ));

  it('are not looked for beyond its end', async () => {
    const forkAt = async (position: bigint) => (position > 10n ? undefined : { epoch: 1, id: null });
    await expect(forksUpTo({ forkAt }, 20n)).rejects.toThrow(Fenced);
  });
});

describe('the common past', () => {
  it.each([
    ['restored once', forks([0, '1']), forks([0, '1'], [10, '2/a']), 10n],
    ['restored twice, earlier the second time', forks([0, '1'], [10, '2/a']), forks([0, '1'], [8, '2/b']), 8n],
    ['of one dump', forks([0, '1'], [10, '2/a']), forks([0, '1'], [10, '2/b']), 10n],
    ['of one dump, and once more since', forks([0, '1'], [10, '2/a'], [20, '3/c']), forks([0, '1'], [10, '2/b'], [30, '3/d']), 10n], // prettier-ignore
    ['gone back to what was given up', forks([0, '1'], [10, '2/a']), forks([0, '1']), 10n],
    ['another ledger', forks([0, '1/a']), forks([0, '1/b']), 0n],
    ['the same', forks([0, '1'], [10, '2/a']), forks([0, '1'], [10, '2/a']), undefined],
  ])('ends where the first fork begins that only one has: %s', (_, one, other, end) => {
    expect([commonPast(one, other), commonPast(other, one)]).toEqual([end, end]);
  });
});
