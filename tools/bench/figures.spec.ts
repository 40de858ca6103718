import { describe, expect, it } from '@jest/globals';
import { isMet, jsonOf, median, percentile, ratioOf, type Report, rowOf, type Slot, tableOf } from './figures.ts';

const slot = (perSecond: number, latencies: readonly number[] = []): Slot => ({
  done: perSecond * 2,
  ms: 2_000,
  latencies,
});
const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);

describe('a percentile', () => {
  it('is the value at the nearest rank, whatever the order', () =>
    expect([0.01, 0.5, 0.99, 1].map((part) => percentile(hundred, part))).toEqual([1, 50, 99, 100]));
  it('orders numbers as numbers', () => expect(percentile([9, 10, 100], 0.5)).toBe(10));
  it('is one of few', () => expect(percentile([7], 0.99)).toBe(7));
  it('is 0 of none', () => expect(percentile([], 0.5)).toBe(0));
});

describe('a median', () => {
  it('is the middle one', () => expect(median([9, 1, 100])).toBe(9));
  it('is between the two in the middle', () => expect(median([4, 1, 2, 100])).toBe(3));
});

describe('the rounds of a contestant', () => {
  it('come to their medians', () =>
    expect(rowOf('ours', [slot(100, [1, 1, 9]), slot(400, [2, 2, 8]), slot(200, [3, 3, 7])])).toEqual({
      name: 'ours',
      perSecond: 200,
      p50Ms: 2,
      p99Ms: 8,
      spread: 1.5,
    }));
  it('are compared round by round: a slow one slows both', () =>
    expect(ratioOf([slot(100), slot(10), slot(90)], [slot(50), slot(5), slot(60)])).toBe(2));
});

describe('a report', () => {
  const report: Report = {
    bench: 'append',
    rows: [rowOf('ours', [slot(12_345, [1.234])]), rowOf('a rival', [slot(50, [0.0123])])],
    ratios: { 'a rival': 246.9 },
    targets: [
      { name: '÷ a rival', is: 246.9, atLeast: 1.5 },
      { name: 'p99', is: 20, atMost: 10 },
    ],
  };

  it('knows which targets are met', () => expect(report.targets.map(isMet)).toEqual([true, false]));
  it('is a table', () =>
    expect(tableOf(report).split('\n')).toEqual([
      'append   per second  p50 ms  p99 ms  spread',
      'ours         12,345    1.23    1.23     0 %',
      'a rival        50.0   0.012   0.012     0 %',
      '',
      'met     ÷ a rival: 247 (≥ 1.50)',
      'MISSED  p99: 20.0 (≤ 10.0)',
    ]));
  it('is one line of JSON', () => {
    const text = jsonOf(report);
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toEqual({
      bench: 'append',
      rows: [
        { name: 'ours', perSecond: 12_345, p50Ms: 1.234, p99Ms: 1.234, spread: 0 },
        { name: 'a rival', perSecond: 50, p50Ms: 0.0123, p99Ms: 0.0123, spread: 0 },
      ],
      ratios: { 'a rival': 246.9 },
      targets: [
        { name: '÷ a rival', is: 246.9, atLeast: 1.5, met: true },
        { name: 'p99', is: 20, atMost: 10, met: false },
      ],
    });
  });
});
