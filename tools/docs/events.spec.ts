import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { eventsPage } from './events.ts';

describe('docs/events.md', () => {
  it('says what the schemas say (npm run gen writes it)', async () =>
    expect(await readFile(new URL('../../docs/events.md', import.meta.url), 'utf8')).toBe(await eventsPage()));
});
