import { describe, expect, it } from '@jest/globals';
import { type Claim, flushLimits, pick } from './flush.ts';

const claimOf = (over: Partial<Claim> = {}): Claim => ({
  line: 's',
  alone: false,
  names: [],
  last: false,
  bytes: 1,
  ...over,
});
const queueOf = (...claims: Partial<Claim>[]) => claims.map((over, at) => ({ claim: claimOf(over), at }));
const picked = (claims: Partial<Claim>[], limits = {}) => {
  const { taken, left } = pick(queueOf(...claims), { ...flushLimits, ...limits });
  return [taken.map(({ at }) => at), left.map(({ at }) => at)];
};

describe('a flush', () => {
  it('takes what shares a line, in order', () => expect(picked([{}, {}, { line: 't' }])).toEqual([[0, 1, 2], []]));
  it('takes no second of a line that one wants alone', () =>
    expect(picked([{ alone: true }, {}, { line: 't' }])).toEqual([[0, 2], [1]]));
  it('takes none that wants a line alone that is taken', () =>
    expect(picked([{}, { alone: true }, { line: 't' }])).toEqual([[0, 2], [1]]));
  it('lets nobody of a line pass one of it that waits', () =>
    expect(picked([{}, { alone: true }, {}, { line: 't' }])).toEqual([
      [0, 3],
      [1, 2],
    ]));
  it('takes a name once, and lets nobody of that line pass', () =>
    expect(
      picked([{ names: ['a'] }, { line: 't', names: ['b', 'a'] }, { line: 't' }, { line: 'u', names: ['b'] }]),
    ).toEqual(
      [[0, 3], [1, 2]], // prettier-ignore
    ));
  it('ends behind one that is to be the last', () =>
    expect(picked([{}, { line: 't', last: true }, { line: 'u' }])).toEqual([[0, 1], [2]]));
  it('holds so many commands', () => expect(picked([{}, {}, {}], { commands: 2 })).toEqual([[0, 1], [2]]));
  it('holds so many bytes, and lets no smaller one pass one that does not fit', () =>
    expect(picked([{ bytes: 6 }, { bytes: 5 }, { bytes: 1 }], { bytes: 10 })).toEqual([[0], [1, 2]]));
  it('takes one that is larger than a flush alone', () =>
    expect(picked([{ bytes: 99 }, { bytes: 1 }], { bytes: 10 })).toEqual([[0], [1]]));
  it('looks no further than so far', () =>
    expect(picked([{ alone: true }, {}, {}, { line: 't' }], { lookahead: 3 })).toEqual([[0], [1, 2, 3]]));
  it('takes nothing of a line that is out already', () => {
    const queue = queueOf({}, { line: 't' }, {});
    const { taken, left } = pick(queue, flushLimits, ['s']);
    expect([taken, left]).toEqual([[queue[1]], [queue[0], queue[2]]]);
  });
});
