import { expect, it } from '@jest/globals';
import { gathered } from './gathered.ts';

it('asks once for what is wanted at about the same time, and again for what is wanted later', async () => {
  const asked: (readonly string[])[] = [];
  const ask = gathered(async (keys: readonly string[]) => {
    asked.push(keys);
    return new Map(keys.map((key) => [key, key.toUpperCase()]));
  });
  const [one, other] = await Promise.all([ask(['a', 'b']), Promise.resolve().then(() => ask(['b', 'c']))]);
  expect([one.get('a'), other.get('c')]).toEqual(['A', 'C']);
  await ask(['a']);
  expect(asked).toEqual([['a', 'b', 'c'], ['a']]);
});

it('tells all who wanted something that it failed, and nobody later', async () => {
  let fails = true;
  const ask = gathered(async (keys: readonly string[]) => {
    if (fails) throw new Error('away');
    return keys;
  });
  const both = await Promise.allSettled([ask(['a']), ask(['b'])]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await ask(['c'])).toEqual(['c']);
});
