import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliAs } from './cli.ts';
import { guarded } from './guarded.ts';

let on: Awaited<ReturnType<typeof guarded>>;
beforeAll(async () => {
  on = await guarded();
}, 120_000);
afterAll(() => on.stop());

const as = (env: Readonly<Record<string, string>>, ...args: string[]) => cliAs(on.urls.http, env, ...args).ended;
const operator = () => ({ THROUGHLINE_TOKEN: on.oidc.token({ roles: ['operator'] }) });

describe('API keys at the command line', () => {
  it('are made and shown once, used, listed, and revoked', async () => {
    const added = await as(operator(), 'keys', 'add', 'reports', '--role', 'reader', 'analyst', '--expires', '2999-01-01T00:00:00Z'); // prettier-ignore
    const [key = ''] = added.out.split('\n');
    expect([added.code, key]).toEqual([0, expect.stringMatching(/^tl_/)]);
    expect((await as({}, 'status', '--key', key)).code).toBe(0);
    expect((await as({ THROUGHLINE_KEY: key }, 'events', 'tail', '--until-head', '--json')).code).toBe(0);
    const listed = await as(operator(), 'keys', 'list');
    expect(listed.out).toMatch(/reports +reader analyst +until /);
    expect(listed.out).not.toContain(key);
    const audit = await as(operator(), 'audit', 'list');
    expect(audit.out).toMatch(/key:reports +events +0/);
    expect((await as(operator(), 'keys', 'revoke', 'reports')).code).toBe(0);
    expect((await as(operator(), 'keys', 'list')).out).toMatch(/reports .*revoked/);
  }, 120_000);

  it('are asked for, and refused in words', async () => {
    const unknown = await as({}, 'status');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('THROUGHLINE_TOKEN')]);
    const forbidden = await as({ THROUGHLINE_TOKEN: on.oidc.token({ roles: ['reader'] }) }, 'keys', 'list');
    expect([forbidden.code, forbidden.err]).toEqual([1, expect.stringContaining('the right to operate')]);
    const king = await as(operator(), 'keys', 'add', 'x', '--role', 'king');
    expect([king.code, king.err]).toEqual([2, expect.stringContaining('Allowed choices are reader')]);
  }, 60_000);
});
