import { expect, it } from '@jest/globals';
import { textsOf } from './texts.ts';

it('takes the headers of a record as texts, the last one of each name, and leaves those that have no value', () => {
  const two = [Buffer.from('first'), Buffer.from('№ 2')];
  expect(textsOf({ one: Buffer.from('1'), two, empty: Buffer.from(''), none: null, last: [Buffer.from('x'), null] })).toEqual({ one: '1', two: '№ 2', empty: '' }); // prettier-ignore
});
