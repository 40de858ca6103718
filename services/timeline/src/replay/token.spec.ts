import { describe, expect, it } from '@jest/globals';
import { placeIn, tokenOf } from './token.ts';

const ledger = 'a'.repeat(64);
const elements = (token: string): unknown => JSON.parse(Buffer.from(token, 'base64url').toString());
const token = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token', () => {
  it.each([null, '4d9c7b1e-58f2-4a3a-9c0e-2f6d1b7a8e55'])('is the place that it was made of: fork %s', (id) => {
    const place = { ledger, fork: { epoch: 2, id }, position: 2n ** 60n };
    expect(placeIn(tokenOf(place))).toEqual(place);
  });

  it('has no element that whoever does not know of ids would refuse, where the fork has none', () => {
    expect(elements(tokenOf({ ledger, fork: { epoch: 2, id: null }, position: 7n }))).toEqual([1, ledger, 2, '7']);
    expect(elements(tokenOf({ ledger, fork: { epoch: 2, id: 'it' }, position: 7n }))).toEqual([1, ledger, 2, '7', 'it']); // prettier-ignore
  });

  it('is taken in every form that was given out', () => {
    const place = { ledger, fork: { epoch: 2, id: null }, position: 7n };
    expect(placeIn(token([1, ledger, 2, '7']))).toEqual(place);
    expect(placeIn(token([1, ledger, 2, '7', null]))).toEqual(place);
    expect(placeIn(token([1, ledger, 2, '7', 'it']))).toEqual({ ...place, fork: { epoch: 2, id: 'it' } });
  });

  it.each([[[2, ledger, 2, '7']], [[1, ledger, 2, '7', 'it', 'more']], [[1, ledger, 0, '7']], ['7']])(
    'is refused where it is none: %j',
    (value) => expect(() => placeIn(token(value))).toThrow('is not one that was given out here'),
  );
});
