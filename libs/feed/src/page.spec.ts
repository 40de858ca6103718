import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventAt } from '../test/events.ts';
import { patience } from './patience.ts';
import { reader, sizeAfter, stretchesOf } from './page.ts';

const MiB = 2 ** 20;
const large = (position: number, length: number) => eventAt(position, 's', { data: ' '.repeat(length), meta: '' });
const page = (count: number, length: number) => Array.from({ length: count }, (_, at) => large(at + 1, length));

describe('the size of pages', () => {
  it('grows carefully to the limit', () => {
    const sizes = [250];
    for (let round = 0; round < 4; round += 1) sizes.push(sizeAfter(sizes.at(-1)!, page(sizes.at(-1)!, 10), 2_000));
    expect(sizes).toEqual([250, 500, 1_000, 2_000, 2_000]);
  });
  it('shrinks at once where events are large', () => expect(sizeAfter(250, page(250, MiB / 4), 2_000)).toBe(32));
  it('is one event at least', () => expect(sizeAfter(2, page(2, 9 * MiB), 2_000)).toBe(1));
  it('stays where the head was reached', () => expect(sizeAfter(500, page(3, 10), 2_000)).toBe(500));
  it('stays where there was nothing', () => expect(sizeAfter(500, [], 2_000)).toBe(500));
});

describe('the reader', () => {
  const over = new AbortController();
  const patiently = patience(over.signal, { failed: () => {}, worked: () => {} });
  const ledgerOf = (count: number) => {
    const reads: [after: bigint, limit: number][] = [];
    const tail = async (after: bigint, { limit = 0 } = {}) => {
      reads.push([after, limit]);
      return Array.from({ length: Math.min(limit, count - Number(after)) }, (_, at) =>
        eventAt(Number(after) + at + 1, 's'),
      );
    };
    return { reads, tail };
  };

  it('is one page ahead, and not more', async () => {
    const ledger = ledgerOf(10_000);
    const { after: pageAfter } = reader(ledger, patiently, 300);
    const first = await pageAfter(0n);
    expect([first.length, ledger.reads]).toEqual([250, [[0n, 250], [250n, 300]]]); // prettier-ignore
    expect((await pageAfter(250n)).map(({ position }) => position).slice(0, 2)).toEqual([251n, 252n]);
    expect(ledger.reads.slice(2)).toEqual([[550n, 300]]);
  });

  it('reads anew where somebody asks for another place', async () => {
    const { after: pageAfter } = reader(ledgerOf(10_000), patiently, 300);
    await pageAfter(0n);
    expect((await pageAfter(7n))[0]).toMatchObject({ position: 8n });
  });

  it('reads nothing ahead of the head', async () => {
    const ledger = ledgerOf(3);
    const { after: pageAfter } = reader(ledger, patiently, 300);
    await pageAfter(0n);
    expect(await pageAfter(3n)).toEqual([]);
    expect(ledger.reads).toHaveLength(2);
  });
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
