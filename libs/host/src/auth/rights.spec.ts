import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isRole, rights, rightsOf, roles } from './rights.ts';

const page = readFileSync(new URL('../../../../docs/auth.md', import.meta.url), 'utf8');

describe('roles', () => {
  it('may what docs/auth.md says', () => {
    for (const [right, what] of Object.entries(rights)) expect(page).toContain(`| \`${right}\` | ${what} |`);
    for (const [role, may] of Object.entries(roles)) expect(page).toContain(`| ${role} | ${may.join(', ')} |`);
  });

  it('add up, and look after the installation in its home alone', () => {
    expect([...rightsOf(['analyst', 'connector'], 'acme')].toSorted()).toEqual(['capture', 'read', 'replay']);
    expect(rightsOf(['operator'], 'acme').has('install')).toBe(false);
    expect(rightsOf(['operator'], 'default').has('install')).toBe(true);
    expect(rightsOf([], 'default').size).toBe(0);
  });

  it.each(['king', 'constructor', '', 7, undefined])('are none of %j', (word) => expect(isRole(word)).toBe(false));
});
