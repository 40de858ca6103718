import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemIn, toyHost } from '../../test/toy-host.ts';

let host: Awaited<ReturnType<typeof toyHost>>;
beforeAll(async () => {
  host = await toyHost();
});
afterAll(() => host.booted.close());

const call = (path: string, init?: RequestInit): Promise<Response> => host.call(path, init);
const post = (...args: Parameters<typeof host.post>): Promise<Response> => host.post(...args);
const raw = (...args: Parameters<typeof host.raw>) => host.raw(...args);

describe('the caller', () => {
  it('is anonymous in the tenant default', async () => {
    expect(await (await call('/v1/me')).json()).toEqual({ tenant: 'default', actor: 'anonymous' });
  });

  it('is who the headers say', async () => {
    const headers = { 'x-tenant': 'acme', 'x-actor': 'bo@acme.example' };
    expect(await (await call('/v1/me', { headers })).json()).toEqual({ tenant: 'acme', actor: 'bo@acme.example' });
  });

  it('needs a tenant that exists', async () => {
    const headers = { 'x-tenant': 'nobody' };
    expect(await problemIn(await call('/v1/me', { headers }))).toMatchObject({
      status: 404,
      code: 'TenantUnknown',
      detail: 'There is no tenant nobody.',
      errors: [{ pointer: '/x-tenant', reason: 'names none' }],
    });
    expect((await call('/v1/anybody', { headers })).status).toBe(200);
    expect((await call('/health/live', { headers })).status).toBe(200);
  });

  it.each([{ 'x-tenant': 'Acme' }, { 'x-tenant': '-a' }, { 'x-tenant': 'a'.repeat(64) }, { 'x-actor': 'é' }] as Record<
    string,
    string
  >[])('is refused as %j', async (headers) => {
    expect(await problemIn(await call('/v1/me', { headers }))).toMatchObject({ status: 400, code: 'InvalidHeader' });
  });

  it('is told which header is not as it must be', async () =>
    expect(await problemIn(await call('/v1/me', { headers: { 'x-tenant': 'Acme' } }))).toMatchObject({
      errors: [{ pointer: '/x-tenant', reason: expect.stringContaining('is not a name') }],
    }));
});

describe('a repetition under one Idempotency-Key', () => {
  const make = async (headers: Record<string, string>): Promise<string> => {
    const response = await post('/v1/toys', '{"name":"car","colour":"red"}', 'application/json', headers);
    return ((await response.json()) as { id: string }).id;
  };

  it('has the same id, of its tenant and actor only', async () => {
    const key = { 'idempotency-key': 'k-1' };
    const ids = [
      await make(key),
      await make(key),
      await make({ ...key, 'x-actor': 'bo' }),
      await make({ ...key, 'x-tenant': 'b' }),
    ];
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    expect(await make({})).not.toBe(await make({}));
  });

  it('is refused with a key that is none', async () => {
    const response = await post('/v1/toys', '{"name":"car","colour":"red"}', 'application/json', {
      'idempotency-key': 'x'.repeat(256),
    });
    expect(await problemIn(response)).toMatchObject({ status: 400, code: 'InvalidHeader' });
  });
});

describe('a web page elsewhere', () => {
  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:3000', '10.0.0.1', '[::2]:80'])(
    'is not answered under its own name: %j',
    async (host) => {
      const { status, body } = await raw('/v1/me', { host });
      expect([status, JSON.parse(body)]).toMatchObject([421, { code: 'ForeignHost' }]);
    },
  );

  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1:80', '127.1.2.3', '[::1]:3000'])('is not at %s', async (host) => {
    expect((await raw('/v1/me', { host })).status).toBe(200);
  });

  const own = () => host.booted.urls.http.replace('http://', '');

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[])('may not write: %j', async (headers) => {
    const response = await post('/v1/toys:batch', '[]', 'application/json', headers);
    expect(await problemIn(response)).toMatchObject({ status: 403, code: 'CrossOrigin' });
  });

  it('is not ours', async () => {
    for (const headers of [{ origin: `http://${own()}` }, { 'sec-fetch-site': 'same-origin' }] as Record<
      string,
      string
    >[])
      expect((await post('/v1/toys:batch', '[]', 'application/json', headers)).status).toBe(200);
  });
});
