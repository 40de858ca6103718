import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  audience,
  eventually,
  issuer,
  temporaryFolder,
  type TestDatabase,
  type TestIssuer,
} from '@throughline/testing';
import { launchService, urlOf } from './apart.ts';
import { asking, type Asking } from './asking.ts';
import { migrated } from './database.ts';
import type { Run } from './standalone.ts';

const names = ['capture', 'routing', 'timeline'] as const;
type Name = (typeof names)[number];

describe('services in processes of their own, with authentication on', () => {
  const processes: Run[] = [];
  let oidc: TestIssuer;
  let urls: TestDatabase;
  let bootstrap: string;
  let ask: Record<Name, Asking>;

  beforeAll(async () => {
    [urls, oidc] = [await migrated(), await issuer()];
    const dir = await temporaryFolder();
    bootstrap = join(dir, 'first.key');
    const env = {
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      METRICS_PORT: 'off',
      DATABASE_URL: urls.service,
      PROJECTOR_URL: urls.projector,
      KEYS_URL: `file:${join(dir, 'keys.sqlite')}`,
      KEYS_KEK: join(dir, 'kek'),
      LOG_LEVEL: 'warn',
      AUTH: 'on',
      OIDC_ISSUER: oidc.url,
      OIDC_AUDIENCE: audience,
      BOOTSTRAP_KEY_FILE: bootstrap,
    };
    for (const name of names) processes.push(launchService(name, env));
    const at = await Promise.all(names.map(async (name, nth) => [name, asking(await urlOf(name, processes[nth]!))] as const)); // prettier-ignore
    ask = Object.fromEntries(at) as Record<Name, Asking>;
  }, 120_000);
  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGKILL');
    await Promise.all([urls.drop(), oidc.stop()]);
  });

  const at = (name: Name, bearer: string) => ask[name](name === 'routing' ? '/v1/teams' : '/v1/policies/session', { headers: { authorization: `Bearer ${bearer}` } }); // prettier-ignore

  it('take one first key and one issuer’s tokens; what is revoked at one is refused at all', async () => {
    const first = (await readFile(bootstrap, 'utf8')).trim();
    const headers = { authorization: `Bearer ${first}` };
    const listed = await ask.capture<{ items: object[] }>('/v1/keys', { headers });
    expect(listed.body.items).toEqual([
      expect.objectContaining({ createdBy: 'BOOTSTRAP_KEY_FILE', roles: ['operator'] }),
    ]);
    const made = await ask.capture<{ id: string; key: string }>('/v1/keys', {
      json: { name: 'desk', roles: ['agent'] },
      headers,
    });
    const token = oidc.token({ roles: ['agent'] });
    for (const bearer of [made.body.key, token])
      expect([(await at('capture', bearer)).status, (await at('routing', bearer)).status]).toEqual([200, 200]);
    expect((await ask.timeline('/v1/events', { headers })).status).toBe(403);
    expect((await ask.timeline('/v1/customers')).status).toBe(401);
    await ask.capture(`/v1/keys/${made.body.id}`, { method: 'DELETE', headers });
    for (const name of ['capture', 'routing'] as const)
      await eventually(async () => expect((await at(name, made.body.key)).status).toBe(401));
  }, 60_000);
});
