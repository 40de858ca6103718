import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundedCache } from './cache.ts';

describe('a bounded cache', () => {
  it('never holds more than its limit, and never answers what was not last set', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.array(fc.tuple(fc.nat({ max: 12 }), fc.nat()), { maxLength: 200 }),
        (limit, sets) => {
          const cache = boundedCache<number>(limit);
          const last = new Map<string, number>();
          for (const [key, value] of sets) {
            cache.set(`${key}`, value);
            last.set(`${key}`, value);
            expect(cache.get(`${key}`)).toBe(value);
            expect(cache.size).toBeLessThanOrEqual(limit);
            for (const [known, expected] of last) expect([expected, undefined]).toContain(cache.get(known));
          }
        },
      ),
    ));

  it('holds on to what is used', () => {
    const cache = boundedCache<number>(10);
    cache.set('used', 1);
    for (let n = 0; n < 1_000; n += 1) {
      cache.set(`other ${n}`, n);
      expect(cache.get('used')).toBe(1);
    }
  });

  it('forgets what is old, and what it is told to', () => {
    let now = 0;
    const cache = boundedCache<number>(10, 100, () => now);
    cache.set('a', 1);
    cache.set('b', 2);
    now = 100;
    expect(cache.get('a')).toBe(1);
    now = 101;
    expect(cache.get('a')).toBeUndefined();
    cache.set('b', 3);
    cache.delete('b');
    expect(cache.get('b')).toBeUndefined();
    expect(cache.size).toBe(0);
  });
});
