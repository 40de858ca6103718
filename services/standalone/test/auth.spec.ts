import { readFile, stat } from 'node:fs/promises';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, endpointsOf, type Right, rightsOf, type Role, roleNames } from '@throughline/host';
import { type Claims, eventually } from '@throughline/testing';
import { asking, type Asking, told, type Told } from './asking.ts';
import { calling, guarded, methods, pathOf } from './guarded.ts';
import { interaction } from './made.ts';
import { type Route, routesOf } from './routes.ts';
import type { Page } from './shapes.ts';

let on: Awaited<ReturnType<typeof guarded>>;
let ask: Asking;
let get: Told;
let rpc: ReturnType<typeof calling>;
let endpoints: Endpoint[];
let routes: Route[];

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const as = (roles: readonly string[], claims: Claims = {}) => bearer(on.oidc.token({ roles, ...claims }));
const operator = () => as(['operator']);

beforeAll(async () => {
  on = await guarded();
  ask = asking(on.urls.http);
  get = told(ask);
  rpc = calling(on.urls.grpc!);
  endpoints = endpointsOf(on.app);
  routes = await routesOf(get);
  for (const name of ['one', 'two']) await get('/v1/tenants', { json: { name }, headers: operator() });
}, 120_000);
afterAll(async () => {
  rpc.close();
  await on.stop();
});

type Outcome = 'let in' | 'unknown' | 'forbidden';

const byStatus = (code: number): Outcome => (code === 401 ? 'unknown' : code === 403 ? 'forbidden' : 'let in');
const codes: Readonly<Record<number, Outcome>> = {
  [status.UNAUTHENTICATED]: 'unknown',
  [status.PERMISSION_DENIED]: 'forbidden',
};
const byCode = (code: number): Outcome => codes[code] ?? 'let in';

/** What comes of each endpoint, asked with these headers. */
const outcomes = async (headers: Readonly<Record<string, string>>): Promise<Map<string, Outcome>> => {
  const found = new Map<string, Outcome>();
  for (const endpoint of endpoints.filter(({ needs }) => needs !== 'nobody')) {
    const route = routes.find(({ id }) => id === endpoint.id);
    if (endpoint.rpc) found.set(endpoint.id, byCode(await rpc.call(endpoint.rpc, headers)));
    else if (route) {
      const { method, hasBody } = route;
      const answer = await ask(pathOf(route), { method, headers, ...(hasBody && { json: {} }) });
      found.set(endpoint.id, byStatus(answer.status));
    }
  }
  return found;
};

const expected = (of: (needs: readonly Right[]) => Outcome): Map<string, Outcome> =>
  new Map(endpoints.flatMap(({ id, needs }) => (Array.isArray(needs) ? [[id, of(needs as Right[])] as const] : [])));

describe('every endpoint', () => {
  it('says what it needs', () => {
    expect(endpoints.filter(({ needs }) => needs === undefined)).toEqual([]);
    // Whoever opens another one to everybody says so here as well.
    const open = endpoints.filter(({ needs }) => needs === 'nobody').map(({ id }) => id);
    expect(open.toSorted()).toEqual(['AsyncApiController_document', 'HealthController_live', 'HealthController_ready']);
  });

  it('is looked at: those of REST are described, those of gRPC are all methods of the contracts', () => {
    const described = new Set(routes.map(({ id }) => id));
    expect(endpoints.filter((one) => !one.rpc && !described.has(one.id))).toEqual([]);
    const served = endpoints.flatMap((one) => (one.rpc ? [`${one.rpc.service}/${one.rpc.rpc}`] : []));
    expect(served.toSorted()).toEqual(methods.toSorted());
    expect(routes.filter(({ id }) => !endpoints.some((one) => one.id === id))).toEqual([]);
  });

  it('is closed to who is not known', async () => {
    expect(await outcomes({})).toEqual(expected(() => 'unknown'));
    const expired = on.oidc.token({ roles: ['operator'], exp: 1 });
    expect(await outcomes(bearer(expired))).toEqual(expected(() => 'unknown'));
  }, 60_000);

  it('is closed to who is known and has no role', async () => {
    expect(await outcomes(as([]))).toEqual(expected(() => 'forbidden'));
  }, 60_000);

  it('is closed to every role where another tenant is named', async () => {
    const foreign = { ...as(roleNames, { tenant: 'two' }), 'x-tenant': 'one' };
    expect(await outcomes(foreign)).toEqual(expected(() => 'forbidden'));
  }, 60_000);

  const cases = roleNames.flatMap((role) => [[role, 'default'] as const, [role, 'one'] as const]);
  it.each(cases)('lets a %s of %s in where the table says so, and nowhere else', async (role: Role, tenant) => {
    const held = rightsOf([role], tenant);
    const wanted = expected((needs) => (needs.every((right) => held.has(right)) ? 'let in' : 'forbidden'));
    expect(await outcomes(as([role], { tenant }))).toEqual(wanted);
  }, 60_000); // prettier-ignore
});

describe('tenants', () => {
  it('never meet: a token is good for its own alone', async () => {
    const said = interaction('one', { text: 'only for one' });
    await get('/v1/interactions', { json: said, headers: as(['connector'], { tenant: 'one' }) });
    const events = async (tenant: string) =>
      String((await ask('/v1/events', { headers: as(['analyst', 'reader'], { tenant }) })).body);
    expect(await events('one')).toContain('only for one');
    expect(await events('two')).toBe('');
  });
});

type Key = {
  id: string;
  name: string;
  key: string;
  tenant: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
};

describe('an API key', () => {
  const add = (json: object, headers = operator()) => ask<Key>('/v1/keys', { json, headers });
  const statusOf = async (key: string, path = '/v1/status') => (await ask(path, { headers: bearer(key) })).status;

  it('is shown once, is good for its roles and tenant over REST and gRPC, and not once it is revoked', async () => {
    const { status: made, body } = await add({ name: 'reports', roles: ['reader'] });
    expect([made, body.key]).toEqual([201, expect.stringMatching(/^tl_[\w-]{43}$/)]);
    const before = await get<Page<Key>>('/v1/keys', { headers: operator() });
    expect(before.items).toContainEqual(expect.objectContaining({ name: 'reports', lastUsedAt: null }));
    expect([await statusOf(body.key), await statusOf(body.key, '/v1/keys')]).toEqual([200, 403]);
    expect(await rpc.call({ service: 'RoutingService', rpc: 'listTeams' }, bearer(body.key))).toBe(status.OK);
    const after = await get<Page<Key>>('/v1/keys', { headers: operator() });
    expect(after.items).toContainEqual(expect.objectContaining({ name: 'reports', lastUsedAt: expect.any(String) }));
    expect(JSON.stringify(after)).not.toContain(body.key);

    await get(`/v1/keys/${body.id}`, { method: 'DELETE', headers: operator() });
    await eventually(async () => expect(await statusOf(body.key)).toBe(401));
    expect(await rpc.call({ service: 'RoutingService', rpc: 'listTeams' }, bearer(body.key))).toBe(status.UNAUTHENTICATED); // prettier-ignore
    expect((await add({ name: 'reports', roles: ['reader'] })).status).toBe(409);
  }, 30_000);

  it('ends when it says', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const { body } = await add({ name: 'short', roles: ['reader'], expiresAt });
    await eventually(async () => expect(await statusOf(body.key)).toBe(401));
    expect((await add({ name: 'over', roles: ['reader'], expiresAt: '2020-01-01T00:00:00Z' })).status).toBe(422);
  }, 30_000);

  it('of another tenant is made by who looks after the installation, and by nobody else', async () => {
    const draft = { name: 'first', roles: ['operator'], tenant: 'two' };
    const { body } = await add(draft);
    const second = await add({ name: 'second', roles: ['agent'] }, bearer(body.key));
    expect(second.status).toBe(201);
    expect((await add({ ...draft, tenant: 'one' }, bearer(body.key))).status).toBe(403);
    expect((await add({ ...draft, tenant: 'none' })).status).toBe(404);
    const { items } = await get<Page<Key>>('/v1/keys', { headers: bearer(body.key) });
    expect(items.map(({ name }) => name)).toEqual(['first', 'second']);
    const foreign = await ask(`/v1/keys/${second.body.id}`, { method: 'DELETE', headers: operator() });
    expect(foreign.status).toBe(404);
  });

  it('is refused by field where it cannot be one', async () => {
    const { status: code, body } = await ask<{ errors: { pointer: string }[] }>('/v1/keys', {
      json: { name: ' x', roles: ['king'], more: 1 },
      headers: operator(),
    });
    expect(code).toBe(422);
    expect(body.errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/more', '/name', '/roles/0']);
  });

  it('is there from the first start on, in a file for its owner alone', async () => {
    const key = (await readFile(on.bootstrap, 'utf8')).trim();
    expect((await stat(on.bootstrap)).mode & 0o777).toBe(0o600);
    expect([await statusOf(key, '/v1/keys'), await statusOf(key, '/v1/tenants')]).toEqual([200, 200]);
  });
});
