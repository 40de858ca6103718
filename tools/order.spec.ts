import { existsSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { longest } from './order.js';

it('knows the specs that take longest by names that they have', () => {
  expect(longest.filter((name) => !existsSync(new URL(`../${name}`, import.meta.url)))).toEqual([]);
});
