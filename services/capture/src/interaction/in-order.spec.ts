import { describe, expect, it } from '@jest/globals';
import { inOrder } from './in-order.ts';

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe('work in order', () => {
  it('yields what comes of items in their order, whichever is done first', async () => {
    const ends: (() => void)[] = [];
    const outcomes = inOrder(from(['a', 'b', 'c']), 3, async (item, index) => {
      await new Promise<void>((resolve) => (ends[index] = resolve));
      return `${index}${item}`;
    });
    const first = outcomes.next();
    while (ends.length < 3) await new Promise(setImmediate);
    for (const end of ends.toReversed()) end();
    expect((await first).value).toBe('0a');
    expect([(await outcomes.next()).value, (await outcomes.next()).value, (await outcomes.next()).done]).toEqual([
      '1b',
      '2c',
      true,
    ]);
  });
  it('lets a source wait that is faster', async () => {
    let pulled = 0;
    async function* source() {
      for (; ; pulled += 1) yield pulled;
    }
    const outcomes = inOrder(source(), 4, (item) => Promise.resolve(item));
    await outcomes.next();
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(pulled).toBeLessThanOrEqual(6);
    await outcomes.return(undefined);
  });
  it('fails where work fails, after what was before it', async () => {
    const outcomes = inOrder(from([1, 2, 3]), 3, async (item) => {
      if (item === 2) throw new Error('two');
      return item;
    });
    expect((await outcomes.next()).value).toBe(1);
    await expect(outcomes.next()).rejects.toThrow('two');
  });
  it('ends with an empty source', async () =>
    expect((await inOrder(from([]), 3, () => Promise.resolve(0)).next()).done).toBe(true));
});
