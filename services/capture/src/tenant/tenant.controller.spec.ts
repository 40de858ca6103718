import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@throughline/postgres';
import { said } from '../../test/said.ts';
import { served, type Served } from '../../test/served.ts';

let on: Served;
beforeAll(async () => {
  on = await served();
});
afterAll(() => on.close());

describe('tenants', () => {
  it('are made once; the default one is there', async () => {
    const [made, again] = [
      await on.ask('/v1/tenants', { json: { name: 'beta' } }),
      await on.ask('/v1/tenants', { json: { name: 'beta' } }),
    ];
    expect([made.status, again.status, again.body]).toEqual([201, 200, made.body]);
    expect((await on.ask('/v1/tenants')).body).toEqual({
      items: [made.body, { name: 'default', createdAt: expect.any(String) }],
      nextCursor: null,
    });
    const { body } = await on.ask('/v1/tenants?limit=1');
    expect((await on.ask(`/v1/tenants?cursor=${body.nextCursor}`)).body.items).toMatchObject([{ name: 'default' }]);
  });
  it.each(['', 'Big', 'a_b', '-a', 'x'.repeat(64), 'a\u0000'])('are not named %p', async (name) =>
    expect((await on.ask('/v1/tenants', { json: { name } })).body.errors).toMatchObject([{ pointer: '/name' }]),
  );
  it('serve callers from the moment on that they are made', async () => {
    const headers = { 'x-tenant': 'gamma' };
    expect((await on.ask('/v1/own-addresses', { headers })).body.code).toBe('TenantUnknown');
    await on.ask('/v1/tenants', { json: { name: 'gamma' }, headers });
    expect((await on.ask('/v1/interactions', { json: said(), headers })).status).toBe(201);
  });
});

describe('own addresses', () => {
  const own = (init: object = {}) => on.ask('/v1/own-addresses', init);

  it('are added once, listed and removed', async () => {
    const address = await own({ json: { address: 'Bo@Acme.example', found: true } });
    expect([address.status, address.body]).toEqual([
      201,
      { id: expect.any(String), address: 'bo@acme.example', found: true },
    ]);
    expect((await own({ json: { address: 'bo@acme.example' } })).body).toEqual(address.body);
    const domain = await own({ json: { domain: 'Acme.example' } });
    const both = [address.body, domain.body].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect((await own()).body).toEqual({ items: both, nextCursor: null });
    const first = (await on.ask('/v1/own-addresses?limit=1')).body;
    expect((await on.ask(`/v1/own-addresses?cursor=${first.nextCursor}`)).body.items).toEqual([both[1]]);
    const remove = () => on.ask(`/v1/own-addresses/${domain.body.id}`, { method: 'DELETE' });
    expect([(await remove()).status, (await remove()).body.code]).toEqual([204, 'OwnAddressUnknown']);
    expect((await own()).body.items).toEqual([address.body]);
  });

  it.each([
    [{}],
    [{ address: 'x' }],
    [{ domain: 'a b' }],
    [{ address: 'a@b.example', domain: 'b.example' }],
    [{ addres: 'a@b.example' }],
  ])('are refused: %j', async (json) => {
    const { status, body } = await own({ json });
    expect(status).toBe(422);
    expect(body.errors.length).toBeGreaterThan(0);
  });

  it('are each tenant’s own', async () => {
    await on.ask('/v1/tenants', { json: { name: 'other' } });
    const headers = { 'x-tenant': 'other' };
    const { body } = await own({ json: { domain: 'mine.example' } });
    expect((await own({ headers })).body.items).toEqual([]);
    expect((await on.ask(`/v1/own-addresses/${body.id}`, { method: 'DELETE', headers })).status).toBe(404);
  });
});

describe('the documents', () => {
  it('describe every path of capture', async () => {
    const { paths } = (await on.ask('/openapi.json')).body as unknown as { paths: Record<string, object> };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/interactions',
        '/v1/interactions:batch',
        '/v1/interactions/{id}/kind',
        '/v1/interactions/{id}/amendments',
        '/v1/emails',
        '/v1/quarantine',
        '/v1/quarantine/{id}',
        '/v1/quarantine/{id}/retry',
        '/v1/quarantine/{id}/dismiss',
        '/v1/quarantine:retry',
        '/v1/conversations/{id}/end',
        '/v1/customers/{id}/notes',
        '/v1/customers/{id}/links',
        '/v1/customers/{id}/links/{link}',
        '/v1/own-addresses',
        '/v1/own-addresses/{id}',
        '/v1/tenants',
      ]),
    );
  });
});

describe('the tables of capture', () => {
  it('show and take a tenant’s rows only, whatever a statement asks for', async () => {
    await on.ask('/v1/tenants', { json: { name: 'other' } });
    await on.ask('/v1/own-addresses', { json: { domain: 'rows.example' } });
    await on.ask('/v1/interactions', { json: said() });
    const tables = ['own_address', 'raw', 'quarantine', 'interaction', 'mention', 'conversation'];
    for (const name of tables) {
      const theirs = await on.db.asTenant('other', (client) =>
        client.query(`select * from capture.${name} where tenant = 'default'`),
      );
      const nobodys = await on.db.query(`select * from capture.${name}`);
      expect([name, theirs.rows, nobodys.rows]).toEqual([name, [], []]);
    }
    const steal = on.db.asTenant('other', (client) =>
      client.query(`insert into capture.own_address values ('default', gen_random_uuid(), '{}', '', false)`),
    );
    await expect(steal).rejects.toMatchObject({ code: '42501' });
    const removed = await on.db.asTenant('other', (client) => client.query('delete from capture.own_address'));
    expect(removed.rowCount).toBe(0);
  });

  it('have row-level security forced, all of them', async () => {
    const db = connect({ url: on.urls.superuser, application: 'spec' });
    const { rows } = await db.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'capture'::regnamespace and relkind = 'r'
       and relname <> 'migration' and not (relrowsecurity and relforcerowsecurity)`,
    );
    await db.close();
    expect(rows).toEqual([]);
  });
});
