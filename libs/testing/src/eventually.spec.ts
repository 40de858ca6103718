import { describe, expect, it } from '@jest/globals';
import { clock, eventually } from './index.ts';

describe('eventually', () => {
  it('answers once the expectation holds', async () => {
    let calls = 0;
    const third = async () => {
      expect(++calls).toBe(3);
      return calls;
    };
    expect(await eventually(third)).toBe(3);
  });

  it('fails with the last reason once its time is over', async () => {
    let calls = 0;
    const never = () => {
      throw new Error(`no ${++calls}`);
    };
    await expect(eventually(never, { within: 20 })).rejects.toThrow(/^no [2-9]/);
  });
});

describe('a clock', () => {
  it('stands until it is moved', () => {
    const { now, advance } = clock('2026-05-04T09:30:00+02:00');
    expect(now()).toBe('2026-05-04T07:30:00.000Z');
    expect(advance(86_400_001)).toBe('2026-05-05T07:30:00.001Z');
    expect(now()).toBe('2026-05-05T07:30:00.001Z');
  });

  it('does not start nowhere', () => {
    expect(() => clock('soon')).toThrow(RangeError);
  });
});
