import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '@throughline/ledger';
import { eventAt } from '../../test/events.ts';
import { serve } from './served.ts';
import type { Offer } from './window.ts';

const waits = { gapMs: 250, silenceMs: 5_000, pollMs: 1_000 };
const five = [1, 2, 3, 4, 5].map((at) => eventAt(at, 's'));

let now: number;
let reads: number[];
let offer: Offer;
let tail: ReturnType<typeof serve>;
beforeEach(() => {
  [now, reads, offer] = [0, [], { events: [], next: 'nothing' }];
  const ledger = {
    tail: async (after: bigint, { limit = 1_000 } = {}): Promise<readonly StoredEvent[]> => {
      reads.push(limit);
      return five.slice(Number(after), Number(after) + limit);
    },
  };
  tail = serve({ after: () => offer, ledger, now: () => now }, waits);
});

const positions = async (after: bigint, limit = 100) => (await tail(after, { limit })).map(({ position }) => Number(position)); // prettier-ignore
const fromWindow = async () => {
  offer = { events: [five[0]!], next: 'nothing' };
  expect(await positions(0n)).toEqual([1]);
};

describe('a consumer is served', () => {
  it('from the window as long as it has something', async () => {
    now = 1e9;
    await fromWindow();
    expect(reads).toEqual([]);
  });

  it.each([
    ['at once', 'gone', 0],
    ['at once, one event', 'stub', 0],
    ['a moment after something is missing', 'gap', waits.gapMs],
    ['when nothing was brought for long', 'nothing', waits.silenceMs],
  ] as const)('from the ledger %s (%s)', async (_, next, waitMs) => {
    await fromWindow();
    offer = { events: [], next };
    if (waitMs > 0) {
      now += waitMs - 1;
      expect([await positions(1n), reads]).toEqual([[], []]);
      now += 1;
    }
    expect(await positions(1n)).toEqual(next === 'stub' ? [2] : [2, 3, 4, 5]);
    expect(reads).toEqual([next === 'stub' ? 1 : 100]);
  });

  it('from the ledger page by page without a wait, and then more patiently until the window has something', async () => {
    await fromWindow();
    offer = { events: [], next: 'nothing' };
    now += waits.silenceMs;
    expect(await positions(1n, 2)).toEqual([2, 3]);
    expect(await positions(3n, 2)).toEqual([4, 5]);
    expect(await positions(5n, 2)).toEqual([]);
    expect(reads).toHaveLength(3);
    now += waits.pollMs - 1;
    expect([await positions(5n, 2), reads.length]).toEqual([[], 3]);
    now += 1;
    expect([await positions(5n, 2), reads.length]).toEqual([[], 4]);
    await fromWindow();
    offer = { events: [], next: 'nothing' };
    now += waits.silenceMs - 1;
    expect([await positions(1n), reads.length]).toEqual([[], 4]);
  });
});
