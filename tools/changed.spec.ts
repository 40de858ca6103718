import { describe, expect, it } from '@jest/globals';
import { foldersToTest } from './changed.js';

describe('what a change can break', () => {
  it('is its package and those that depend on it, near and far', () => {
    const folders = foldersToTest(['libs/decider/src/decider.ts']);
    expect(folders).toEqual(expect.arrayContaining(['libs/decider', 'libs/contracts', 'services/standalone']));
    expect(folders).not.toContain('libs/postgres');
  });

  it('is nothing for prose', () => {
    expect(foldersToTest(['README.md', 'docs/language.md'])).toEqual([]);
  });

  it('is everything for what all tests stand on', () => {
    expect(foldersToTest(['README.md', 'package-lock.json'])).toEqual(['']);
  });
});
