import { describe, expect, it } from '@jest/globals';
import { ofBeside } from './beside.ts';
import type { Projection } from './shapes.ts';

const now = Date.parse('2026-05-06T10:00:00Z');
const beside = { is: 'next', version: 3, since: '2026-05-06T09:00:00Z', position: 4, state: 'running' } as const;
const look = (more: Partial<Projection['beside']> = {}) => ({
  items: [{ name: 'routing', position: 9, beside: { ...beside, ...more } }, { name: 'search', position: 9 }],
}); // prettier-ignore
type Looked = Parameters<typeof ofBeside>[0];
const says = (looked: Looked, before: Looked | undefined) =>
  ofBeside(looked, before, now).map(({ is, says }) => `${is}: ${says}`);

describe('what is made beside what is shown', () => {
  const moves = 'Version 3 is made beside what is shown, at 4 of 9';
  it('is well as long as it moves', () => {
    expect(says(look(), undefined)).toEqual([`well: ${moves}.`]);
    expect(says(look(), look({ position: 3 }))).toEqual([`well: ${moves}.`]);
  });
  it('needs a hand where it stands still, unless it has just begun or has caught up', () => {
    expect(says(look(), look())).toEqual([`ill: ${moves}, and stands still.`]);
    const since = '2026-05-06T09:59:30Z';
    expect(says(look({ since }), look({ since }))).toEqual([`well: ${moves}.`]);
    expect(says(look({ position: 9 }), look({ position: 9 }))[0]).toMatch(/^well/);
  });
  it('needs a hand where it fails', () => {
    expect(says(look({ state: 'failing', error: '42702' }), undefined)).toEqual([`ill: ${moves}, and fails: 42702.`]);
  });
  it('is nothing where it is what was live before, or who asks may not know', () => {
    expect(says(look({ is: 'previous' }), undefined)).toEqual([]);
    expect(says('closed', 'absent')).toEqual([]);
  });
});
