import { createHash, generateKeyPairSync } from 'node:crypto';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { audience, type Claims, type Forged, issuer, type TestIssuer } from '@throughline/testing';
import { pino } from 'pino';
import { CounterClient, counterService } from '../../test/counter.ts';
import { GuardedModule } from '../../test/guarded.ts';
import { problemIn } from '../../test/toy-host.ts';
import { type Auth, boot, type Booted, endpointsOf, newKey, rightsOf, tokensOf } from '../index.ts';

const key = newKey();
const start = (auth?: Auth): Promise<Booted> =>
  boot({
    name: 'test',
    modules: [GuardedModule],
    http: { host: '127.0.0.1', port: 0 },
    grpc: { host: '127.0.0.1', port: 0, services: { 'test.v1.Counter': counterService } },
    tenants: { exists: async (name) => name !== 'nobody' },
    auth,
    log: pino({ level: 'silent' }),
    drainMs: 1_000,
  });

let oidc: TestIssuer;
let booted: Booted;
let client: InstanceType<typeof CounterClient>;
const reader = (more: object = {}, cooldown?: number) =>
  tokensOf({ issuer: oidc.url, audience, tenantClaim: 'tenant', rolesClaim: 'realm_access.roles', ...more }, cooldown);
beforeAll(async () => {
  oidc = await issuer();
  const digest = createHash('sha256').update(key).digest();
  booted = await start({
    tokens: reader(),
    keys: async (one) => one.equals(digest) ? { tenant: 'acme', actor: 'key:one', rights: rightsOf(['agent'], 'acme') } : undefined,
  }); // prettier-ignore
  client = new CounterClient(booted.urls.grpc!, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await Promise.all([booted.close(), oidc.stop()]);
});

const as = (...roles: string[]): Claims => ({ realm_access: { roles } });
const call = (
  path: string,
  bearer?: string,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
) =>
  fetch(`${booted.urls.http}${path}`, {
    ...init,
    headers: { ...init.headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
  });

const metadataOf = (bearer?: string): Metadata => {
  const metadata = new Metadata();
  if (bearer !== undefined) metadata.set('authorization', `Bearer ${bearer}`);
  return metadata;
};
/** How a call of each form ends: by its status. */
const rpcs = (bearer?: string): Record<'one' | 'many' | 'each', Promise<number>> => {
  const ended = (stream: ReturnType<typeof client.many> | ReturnType<typeof client.each>) =>
    new Promise<number>((resolve) => {
      stream.on('error', ({ code }: ServiceError) => resolve(code)).on('end', () => resolve(status.OK)).resume(); // prettier-ignore
    });
  const each = client.each(metadataOf(bearer));
  each.end({ to: 1 });
  return {
    one: new Promise((resolve) => client.one({ to: 1 }, metadataOf(bearer), (error) => resolve(error?.code ?? 0))),
    many: ended(client.many({ to: 1 }, metadataOf(bearer))),
    each: ended(each),
  };
};

describe('who calls', () => {
  it('is the subject of the token, in its tenant, whatever the headers say of the actor', async () => {
    const token = oidc.token({ ...as('reader', 'offline_access'), tenant: 'acme', sub: 'bo@acme.example' });
    const headers = { 'x-tenant': 'acme', 'x-actor': 'somebody else' };
    expect(await (await call('/v1/me', token, { headers })).json()).toEqual({
      tenant: 'acme',
      actor: 'bo@acme.example',
      opens: true,
    });
  });

  it('is whom the key stands for', async () => {
    expect(await (await call('/v1/me', key)).json()).toEqual({ tenant: 'acme', actor: 'key:one', opens: true });
  });

  it('may not name another tenant', async () => {
    const response = await call('/v1/me', key, { headers: { 'x-tenant': 'other' } });
    expect(await problemIn(response)).toMatchObject({
      status: 403,
      code: 'Forbidden',
      detail: expect.stringContaining('of the tenant acme'),
      errors: [{ pointer: '/x-tenant' }],
    });
  });

  it('is of a tenant that exists', async () => {
    const token = oidc.token({ ...as('reader'), tenant: 'nobody' });
    expect(await problemIn(await call('/v1/me', token))).toMatchObject({ status: 404, code: 'TenantUnknown' });
    expect(await (await call('/v1/tenants', token)).json()).toEqual({ known: true });
  });

  it('is asked before the body is read', async () => {
    // Not JSON: were it read first, it would be refused for that.
    const init = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } };
    const response = await call('/v1/work', undefined, init);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="throughline"');
    expect(await problemIn(response)).toMatchObject({ status: 401, code: 'Unauthenticated' });
  });

  it('has the right, all of them, that an endpoint needs', async () => {
    const work = async (...roles: string[]) => (await call('/v1/work', oidc.token(as(...roles)), { method: 'POST' })).status; // prettier-ignore
    expect([await work('agent'), await work('analyst', 'agent'), await work('reader'), await work()]).toEqual([201, 201, 403, 403]); // prettier-ignore
    expect(await problemIn(await call('/v1/work', oidc.token(as('reader')), { method: 'POST' }))).toMatchObject({
      status: 403,
      detail: 'This needs the right to work, which no role of yours has.',
    });
  });

  it('is kept from what declares nothing, and needs nothing where nobody does', async () => {
    const everything = oidc.token(as('supervisor', 'analyst', 'operator', 'connector'));
    expect((await call('/v1/silent', everything)).status).toBe(403);
    expect([(await call('/health/live')).status, (await call('/openapi.json')).status]).toEqual([200, 200]);
  });

  it('is the same over gRPC, for calls of each form', async () => {
    const all = async (bearer?: string) => {
      const { one, many, each } = rpcs(bearer);
      return [await one, await many, await each];
    };
    const { OK, UNAUTHENTICATED, PERMISSION_DENIED } = status;
    expect(await all()).toEqual([UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED]);
    expect(await all('tl_nonsense')).toEqual([UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED]);
    expect(await all(oidc.token(as('reader')))).toEqual([OK, PERMISSION_DENIED, OK]);
    expect(await all(key)).toEqual([OK, OK, OK]);
  });
});

describe('a token', () => {
  const now = Math.floor(Date.now() / 1_000);
  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const bad: [string, Claims, Forged][] = [
    ['that has expired', { exp: now - 60 }, {}],
    ['that is valid in ten minutes', { nbf: now + 600 }, {}],
    ['without an end', { exp: undefined }, {}],
    ['without a subject', { sub: undefined }, {}],
    ['of another issuer', { iss: 'https://elsewhere.example' }, {}],
    ['for somebody else', { aud: 'another' }, {}],
    ['that nobody signed', {}, { alg: 'none' }],
    ['signed with the public key as a secret', {}, { alg: 'HS256' }],
    ['signed with another key', {}, { key: foreign }],
    ['of another type', {}, { typ: 'logout+jwt' }],
    ['whose subject is no name', { sub: 'é' }, {}],
  ];
  it.each(bad)('%s is refused', async (_, claims, forged) => {
    const response = await call('/v1/me', oidc.token({ ...as('reader'), ...claims }, forged));
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="throughline", error="invalid_token"');
    expect(await problemIn(response)).toMatchObject({ status: 401, code: 'Unauthenticated' });
  });

  it.each(['nonsense', 'a.b.c', `tl_${'x'.repeat(43)}`, 'tl_short'])('is not %j', async (text) => {
    expect((await call('/v1/me', text)).status).toBe(401);
  });

  it.each([{ exp: now - 5 }, { nbf: now + 5 }, { aud: ['another', audience] }])('may be %j', async (claims) => {
    expect((await call('/v1/me', oidc.token({ ...as('reader'), ...claims }))).status).toBe(200);
  });

  it.each(['JWT', null])('may have the type %j', async (typ) => {
    expect((await call('/v1/me', oidc.token(as('reader'), { typ }))).status).toBe(200);
  });

  it.each([undefined, 7, 'No Tenant'])('names no tenant by %j', async (tenant) => {
    expect((await call('/v1/me', oidc.token({ ...as('reader'), tenant }))).status).toBe(403);
  });

  it('has its roles as words, too', async () => {
    const spoken = reader({ rolesClaim: 'https://acme.example/roles' });
    const { rights } = await spoken(oidc.token({ 'https://acme.example/roles': 'openid connector' }));
    expect([...rights]).toEqual(['capture']);
  });

  it('of a new key has the keys fetched once more', async () => {
    const read = reader({}, 0);
    await read(oidc.token());
    oidc.rotate();
    const before = oidc.asked.keys;
    expect(await read(oidc.token())).toMatchObject({ actor: 'ann' });
    await expect(read(oidc.token({}, { kid: 'none' }))).rejects.toMatchObject({ code: 'Unauthenticated' });
    expect(oidc.asked.keys).toBe(before + 2);
  });

  it('of no key does not have them fetched again and again', async () => {
    const read = reader();
    await read(oidc.token());
    const before = oidc.asked.keys;
    for (const kid of ['one', 'two'])
      await expect(read(oidc.token({}, { kid }))).rejects.toMatchObject({ code: 'Unauthenticated' });
    expect(oidc.asked.keys).toBe(before);
  });

  it('of a key that was withdrawn is refused once the keys are fetched anew', async () => {
    const old = oidc.token();
    oidc.rotate({ keep: false });
    await expect(reader()(old)).rejects.toMatchObject({ code: 'Unauthenticated' });
  });

  it('is not the fault of its bearer where the issuer is away', async () => {
    const away = tokensOf({ issuer: 'http://127.0.0.1:9', audience, tenantClaim: 'tenant', rolesClaim: 'roles' });
    await expect(away(oidc.token({ iss: 'http://127.0.0.1:9' }))).rejects.toMatchObject({ code: 'IssuerUnreachable', retryAfter: 5 }); // prettier-ignore
  });
});

describe('endpoints', () => {
  it('are listed with what they need', () => {
    const all = Object.fromEntries(endpointsOf(booted.app).map(({ id, needs }) => [id, needs]));
    expect(all).toMatchObject({
      GuardedController_work: ['work', 'open'],
      GuardedController_many: ['work'],
      GuardedController_open: 'nobody',
      HealthController_live: 'nobody',
    });
    expect(Object.entries(all).filter(([, needs]) => needs === undefined)).toEqual([['SilentController_silent', undefined]]); // prettier-ignore
  });

  it('are described with the right that they need', async () => {
    const { paths } = (await (await call('/openapi.json')).json()) as {
      paths: Record<string, Record<string, object>>;
    };
    expect(paths['/v1/work']!['post']).toMatchObject({
      'x-needs': ['work', 'open'],
      security: [{ bearer: [] }, {}],
      responses: { 401: expect.anything(), 403: expect.anything() },
    });
    expect(paths['/health/live']!['get']).not.toHaveProperty('security');
  });
});

describe('a host with authentication', () => {
  it('may be bound to any address, and be called by any name', async () => {
    const open = await boot({
      name: 'test',
      modules: [GuardedModule],
      http: { host: '0.0.0.0', port: 0 },
      tenants: { exists: async () => true },
      auth: {},
      log: pino({ level: 'silent' }),
    });
    const port = new URL(open.urls.http).port;
    expect((await fetch(`http://127.0.0.1:${port}/v1/me`)).status).toBe(401);
    await open.close();
  });

  it('is not there without it: everybody is who they say, and may do everything', async () => {
    const free = await start();
    const me = await fetch(`${free.urls.http}/v1/me`, { headers: { 'x-tenant': 'acme', authorization: 'Bearer x' } });
    expect(await me.json()).toEqual({ tenant: 'acme', actor: 'anonymous', opens: true });
    expect((await fetch(`${free.urls.http}/v1/silent`)).status).toBe(200);
    await free.close();
  });
});
