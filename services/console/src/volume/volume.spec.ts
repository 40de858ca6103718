import { describe, expect, it } from '@jest/globals';
import type { Overview } from '../shapes.ts';
import { barsOf, roundUp, ticksOf, totalsOf } from './volume.ts';

const overview = (bucket: Overview['bucket'], rows: Overview['rows']): Overview => ({
  from: '',
  to: '',
  bucket,
  channels: ['email', 'chat'],
  rows,
  totals: { interactions: 0 },
});
const days = (bars: { from: number }[]) => bars.map(({ from }) => new Date(from).toISOString().slice(0, 10));

describe('the bars of a volume', () => {
  it('have no holes', () => {
    const bars = barsOf(
      overview('month', [
        { at: '2025-11-01', counts: { email: 2 } },
        { at: '2026-02-01', counts: { email: 1, chat: 4 } },
      ]),
      100,
    );
    expect(days(bars)).toEqual(['2025-11-01', '2025-12-01', '2026-01-01', '2026-02-01']);
    expect(bars.map(({ total }) => total)).toEqual([2, 0, 0, 5]);
  });

  it('become coarser where there are too many, and lose nothing', () => {
    const weeks = Array.from({ length: 300 }, (_, week) => ({
      at: new Date(Date.UTC(2020, 0, 6 + 7 * week)).toISOString().slice(0, 10),
      counts: { email: 1 },
    }));
    const bars = barsOf(overview('week', weeks), 100);
    expect(bars.length).toBeLessThanOrEqual(101);
    expect(days(bars).every((day) => day.endsWith('-01'))).toBe(true);
    expect(totalsOf(bars)).toEqual({ email: 300 });
  });

  it('go on until now', () => {
    const bars = barsOf(overview('day', [{ at: '2026-05-01', counts: { chat: 1 } }]), 100, Date.UTC(2026, 4, 4, 9));
    expect(days(bars)).toEqual(['2026-05-01', '2026-05-02', '2026-05-03', '2026-05-04']);
  });

  it('are none without anything said', () => expect(barsOf(overview('day', []), 10, Date.now())).toEqual([]));
});

describe('a scale', () => {
  it('ends at a round number', () => expect([0, 1, 3, 7, 12, 99, 1_501].map(roundUp)).toEqual([1, 1, 4, 8, 20, 100, 2_000]));

  it('is marked at the beginnings of years, quarters or months, few enough to read', () => {
    const span = (from: string, to: string) => days(ticksOf(Date.parse(from), Date.parse(to), 6).map((at) => ({ from: at })));
    expect(span('2024-11-20', '2025-03-02')).toEqual(['2024-12-01', '2025-01-01', '2025-02-01', '2025-03-01']);
    expect(span('2019-05-01', '2024-05-01')).toEqual(['2020-01-01', '2021-01-01', '2022-01-01', '2023-01-01', '2024-01-01']);
    expect(span('1990-05-01', '2024-05-01').length).toBeLessThanOrEqual(6);
  });
}); // prettier-ignore
