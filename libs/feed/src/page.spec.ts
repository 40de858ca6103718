import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventAt } from '../test/events.ts';
import { firstSizeOf, sizeAfter, stretchesOf } from './page.ts';

const MiB = 2 ** 20;
const large = (position: number, length: number) => eventAt(position, 's', { data: ' '.repeat(length), meta: '' });
const page = (count: number, length: number) => Array.from({ length: count }, (_, at) => large(at + 1, length));

describe('the size of pages', () => {
  it('grows carefully to the limit', () => {
    const sizes = [firstSizeOf(2_000)];
    for (let round = 0; round < 4; round += 1) sizes.push(sizeAfter(sizes.at(-1)!, page(sizes.at(-1)!, 10), 2_000));
    expect(sizes).toEqual([250, 500, 1_000, 2_000, 2_000]);
  });
  it('never passes the limit', () => expect(firstSizeOf(3)).toBe(3));
  it('shrinks at once where events are large', () => expect(sizeAfter(250, page(250, MiB / 4), 2_000)).toBe(32));
  it('is one event at least', () => expect(sizeAfter(2, page(2, 9 * MiB), 2_000)).toBe(1));
  it('stays where the head was reached', () => expect(sizeAfter(500, page(3, 10), 2_000)).toBe(500));
  it('stays where there was nothing', () => expect(sizeAfter(500, [], 2_000)).toBe(500));
});

describe('stretches', () => {
  it('hold all of a page without a hole, each below 8 MiB or of one event', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(10, MiB, 5 * MiB, 9 * MiB), { maxLength: 12 }), (lengths) => {
        const events = lengths.map((length, at) => large(2 * at + 2, length));
        const stretches = stretchesOf(1n, events);
        expect(stretches.flatMap((stretch) => stretch.events)).toEqual(events);
        let after = 1n;
        for (const stretch of stretches) {
          expect([stretch.after, stretch.events.at(-1)?.position]).toEqual([after, stretch.to]);
          const length = stretch.events.reduce((sum, { data }) => sum + data.length, 0);
          expect(length <= 8 * MiB || stretch.events.length === 1).toBe(true);
          after = stretch.to;
        }
      }),
      { numRuns: 50 },
    );
  });
});
