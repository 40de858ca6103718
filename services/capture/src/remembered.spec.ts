import { describe, expect, it } from '@jest/globals';
import { remembered } from './remembered.ts';

describe('a function that remembers', () => {
  it('makes an answer once, as long as it is asked for, and holds so many only', () => {
    const made: string[] = [];
    const ask = remembered(2, (key) => {
      made.push(key);
      return `${key}!`;
    });
    expect(['a', 'a', 'b', 'a', 'c', 'a'].map(ask)).toEqual(['a!', 'a!', 'b!', 'a!', 'c!', 'a!']);
    expect(made).toEqual(['a', 'b', 'c']);
    for (const key of ['d', 'e', 'f', 'g']) ask(key);
    ask('b');
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'b']);
  });
  it('does not remember a throw', () => {
    let nth = 0;
    const ask = remembered(2, () => {
      nth += 1;
      if (nth === 1) throw new Error('not yet');
      return nth;
    });
    expect(() => ask('a')).toThrow('not yet');
    expect(ask('a')).toBe(2);
  });
});
