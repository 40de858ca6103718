import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { metricsPage } from './metrics.ts';

describe('docs/metrics.md', () => {
  it('says what the catalogue says (npm run gen writes it)', async () =>
    expect(await readFile(new URL('../../docs/metrics.md', import.meta.url), 'utf8')).toBe(await metricsPage()));
});
