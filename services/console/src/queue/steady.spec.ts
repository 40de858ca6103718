import { describe, expect, it } from '@jest/globals';
import { isUntidy, type Row, steady } from './steady.ts';

type Item = { readonly id: string; readonly due: number };
const item = (id: string, due = 0): Item => ({ id, due });
const shown = (rows: readonly Row<Item>[]) => rows.map(({ item: { id }, gone }) => (gone ? `${id} gone` : id));

describe('a list that is being read', () => {
  const first = steady<Item>([], [item('a'), item('b'), item('c')]);

  it('begins in the order that it is given in', () => expect(shown(first)).toEqual(['a', 'b', 'c']));

  it('keeps every row in its place, and puts what is new last', () =>
    expect(shown(steady(first, [item('d'), item('c'), item('b'), item('a')]))).toEqual(['a', 'b', 'c', 'd']));

  it('shows what is told anew where it was', () =>
    expect(steady(first, [item('b', 7), item('a'), item('c')])[1]).toEqual({ item: item('b', 7), gone: false }));

  it('keeps the place of what went away, and forgets what the reader took away', () => {
    expect(shown(steady(first, [item('a'), item('c')]))).toEqual(['a', 'b gone', 'c']);
    expect(shown(steady(first, [item('a'), item('c')], new Set(['b'])))).toEqual(['a', 'c']);
  });

  it('shows what the reader took away once it is there again', () =>
    expect(shown(steady(first, [item('a'), item('b'), item('c')], new Set(['b'])))).toEqual(['a', 'b', 'c']));

  it('knows when it is not in order any more', () => {
    const now = [item('c'), item('a'), item('b')];
    expect(isUntidy(first, [item('a'), item('b'), item('c')])).toBe(false);
    expect(isUntidy(steady(first, now), now)).toBe(true);
    expect(isUntidy(steady(first, [item('a'), item('b')]), [item('a'), item('b')])).toBe(true);
  });
});
