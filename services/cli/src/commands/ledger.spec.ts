import { describe, expect, it } from '@jest/globals';
import { verdictInWords } from './ledger.ts';

const verdict = { ok: true, from: 3, to: 7, hash: 'ab' } as const;

describe('a verdict on the ledger', () => {
  it('says where more was proved than was asked for', () => {
    const both = 'Nothing was changed from 3 to 7. The hash there is ab.\nAsked for was';
    const why = 'events that were stored together are proved together.';
    expect(verdictInWords(verdict, 3, 5)).toBe(`${both} 3 to 5: ${why}`);
    expect(verdictInWords(verdict, 4)).toBe(`${both} 4 to 7: ${why}`);
  });

  it('says no more where it is what was asked for', () => {
    const exactly = 'Nothing was changed from 3 to 7. The hash there is ab.';
    expect(verdictInWords(verdict, 3)).toBe(exactly);
    expect(verdictInWords(verdict, 3, 7)).toBe(exactly);
    expect(verdictInWords({ ok: false, position: 5, reason: 'it was changed' }, 3, 7)).toBe(
      'Broken at position 5: it was changed.',
    );
  });
});
