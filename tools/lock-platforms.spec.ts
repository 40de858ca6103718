import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { missing, type Packages } from './lock-platforms.js';

const file = new URL('../package-lock.json', import.meta.url);
const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages };

describe('the lock', () => {
  it('has every platform: else run npm run relock', () => {
    expect([...missing(packages)]).toEqual([]);
  });

  it('names no registry', () => {
    const named = Object.entries(packages).filter(([, { resolved }]) => resolved?.includes('://'));
    expect(named).toEqual([]);
  });

  it('is found incomplete where a build is missing', () => {
    const lacking = {
      'libs/a/node_modules/b': { optionalDependencies: { 'b-linux-x64': '1.0.0', 'b-darwin-arm64': '1.0.0' } },
      'node_modules/b-linux-x64': { version: '1.0.0' },
    };
    expect([...missing(lacking)]).toEqual([{ name: 'b-darwin-arm64', version: '1.0.0', dev: undefined }]);
  });
});
