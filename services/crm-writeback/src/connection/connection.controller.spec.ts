import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { fakeEndpoint, fakeHubspot, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';

describe('connections over HTTP', () => {
  let on: OnGround;
  const endpoint = fakeEndpoint();
  const hubspot = fakeHubspot();
  const body = (more: object = {}) => ({
    name: randomUUID(),
    crm: 'http',
    url: endpoint.fake.url,
    secret: signingKey,
    allowPrivate: true,
    ...more,
  });
  const add = (more: object = {}, key?: string) => on.ask('/v1/connections', { json: body(more), key });

  beforeAll(async () => {
    await endpoint.fake.start();
    await hubspot.fake.start();
    on = await ground();
  });
  afterAll(async () => {
    await on.close();
    await endpoint.fake.stop();
    await hubspot.fake.stop();
  });

  it('are added, shown and listed by name, page by page', async () => {
    const added = await Promise.all(['page-b', 'page-a', 'page-c'].map((name) => add({ name })));
    expect(added.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(added[0]!.body).toMatchObject({ name: 'page-b', crm: 'http', state: 'active', allowPrivate: true });
    expect((await on.ask(`/v1/connections/${added[1]!.body.id}`)).body).toEqual(added[1]!.body);
    const first = await on.ask('/v1/connections?limit=2');
    const second = await on.ask(`/v1/connections?limit=2&cursor=${first.body.nextCursor}`);
    const names = [...first.body.items, ...second.body.items].map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('page-'))).toEqual(['page-a', 'page-b', 'page-c']);
  });

  it('never show a secret, nor keep it in clear', async () => {
    const secret = `whsec_${Buffer.from('never-to-be-seen-anywhere').toString('base64')}`;
    const added = await add({ secret });
    const listed = await on.ask('/v1/connections?limit=200');
    expect(added.text + listed.text).not.toContain(secret);
    const { rows } = await on.projectorDb.query<{ row: string }>('select c::text as row from writeback.connection c');
    expect(rows.map(({ row }) => row).join()).not.toContain(secret);
    expect(rows.map(({ row }) => row).join()).not.toContain(Buffer.from(secret).toString('hex'));
  });

  it('are added once under one Idempotency-Key', async () => {
    const one = body({ name: 'once' });
    const [first, again] = [
      await on.ask('/v1/connections', { json: one, key: 'k-1' }),
      await on.ask('/v1/connections', { json: one, key: 'k-1' }),
    ];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await add({ name: 'once' })).toMatchObject({ status: 409, body: { code: 'ConnectionExists' } });
  });

  it.each<[string, object, string]>([
    ['an unknown CRM', { crm: 'salesforce' }, '/crm'],
    ['an unknown field', { token: 'x' }, '/token'],
    ['an unknown setting', { settings: { colour: 'red' } }, '/settings/colour'],
    ['a wrong setting', { settings: { contact: { path: 'no-slash' } } }, '/settings/contact/path'],
    ['no URL where one is needed', { url: undefined }, '/url'],
    ['a URL that is none', { url: 'nowhere' }, '/url'],
    ['a URL of another protocol', { url: 'file:///etc/passwd' }, '/url'],
    ['a URL without TLS on the internet', { url: 'http://crm.example', allowPrivate: false }, '/url'],
    ['a URL with a password', { url: 'https://user:pass@crm.example' }, '/url'],
    ['an empty secret', { secret: '' }, '/secret'],
    ['a secret that is no signing key', { secret: 'tok-123' }, '/secret'],
    ['a signing key that is no base64', { secret: `whsec_${'not base64 '.repeat(4)}` }, '/secret'],
    ['a signing key that is too short', { secret: 'whsec_c2hvcnQ=' }, '/secret'],
    ['a name with a line break', { name: 'a\nb' }, '/name'],
  ])('are refused with %s', async (_, more, pointer) => {
    const { status, body: problem } = await add(more);
    expect(status).toBe(422);
    expect(problem.errors.map((error) => error.pointer)).toContain(pointer);
  });

  it('are tested: what is missing is told, and made where it is to prepare', async () => {
    const { body: added } = await add({ crm: 'hubspot', url: hubspot.fake.url, secret: 'pat-1' });
    const test = async (json: object) => (await on.ask(`/v1/connections/${added.id}/test`, { json })).body;
    expect(await test({})).toMatchObject({
      ok: false,
      findings: expect.arrayContaining([
        { what: 'notes.throughline_ref', ok: false, detail: expect.stringContaining('missing'), canBeMade: true },
      ]),
    });
    expect(await test({ prepare: true })).toMatchObject({ ok: true });
    expect(await test({})).toMatchObject({ ok: true });
  });

  it('tell by a test that a secret is wrong, and that an address is private', async () => {
    const { body: wrong } = await add({ crm: 'hubspot', url: hubspot.fake.url, secret: 'pat-0' });
    expect((await on.ask(`/v1/connections/${wrong.id}/test`, { json: {} })).body).toMatchObject({
      ok: false,
      findings: [{ what: 'CredentialsRefused' }],
    });
    const { body: hidden } = await add({
      crm: 'hubspot',
      url: hubspot.fake.url.replace('http:', 'https:'),
      secret: 'pat-1',
      allowPrivate: false,
    });
    expect((await on.ask(`/v1/connections/${hidden.id}/test`, { json: {} })).body).toMatchObject({
      ok: false,
      findings: [{ what: 'PrivateAddress' }],
    });
  });

  it('are paused and resumed', async () => {
    const { body: added } = await add();
    expect((await on.ask(`/v1/connections/${added.id}/pause`, { method: 'POST' })).body).toMatchObject({
      state: 'paused',
    });
    expect((await on.ask(`/v1/connections/${added.id}/resume`, { method: 'POST' })).body).toMatchObject({
      state: 'active',
    });
  });

  it('stay paused by hand when the secret is rotated', async () => {
    const { body: added } = await add();
    await on.ask(`/v1/connections/${added.id}/pause`, { method: 'POST' });
    expect((await on.ask(`/v1/connections/${added.id}/rotate`, { json: { secret: signingKey } })).body).toMatchObject({
      state: 'paused',
    });
  });

  it('store nothing of a secret of the wrong shape, say the right one, and keep the one they had', async () => {
    const name = randomUUID();
    const { body: refused } = await add({ name, secret: 'tok-123' });
    expect(refused.errors).toEqual([
      { pointer: '/secret', reason: expect.stringMatching(/whsec_ and 24 to 64 bytes/) },
    ]);
    const { body: listed } = await on.ask('/v1/connections?limit=200');
    expect(listed.items.map((one) => one.name)).not.toContain(name);
    const { body: added } = await add({ name });
    const rowOf = async () =>
      (await on.projectorDb.query('select keys, sealed, revision from writeback.connection where id = $1', [added.id]))
        .rows;
    const before = await rowOf();
    const rotated = await on.ask(`/v1/connections/${added.id}/rotate`, { json: { secret: 'tok-123' } });
    expect(rotated).toMatchObject({ status: 422, body: { errors: [{ pointer: '/secret' }] } });
    expect(before).toHaveLength(1);
    expect(await rowOf()).toEqual(before);
  });

  it('take any secret that they are set to tell as it is', async () =>
    expect(await add({ secret: 'tok-123', settings: { secretIs: 'bearer-token' } })).toMatchObject({ status: 201 }));

  it('are of one tenant', async () => {
    const { body: added } = await add();
    for (const path of ['', '/test', '/pause', '/resume', '/rotate']) {
      const json = path === '/rotate' ? { secret: 'x' } : path === '/test' ? {} : undefined;
      const { status, body: problem } = await on.ask(`/v1/connections/${added.id}${path}`, {
        tenant: 'other',
        method: path === '' ? 'GET' : 'POST',
        json,
      });
      expect([path, status, problem.code]).toEqual([path, 404, 'ConnectionUnknown']);
    }
    expect((await on.ask('/v1/connections', { tenant: 'other' })).body.items).toEqual([]);
  });
});

describe('the kinds of CRM over HTTP', () => {
  let on: OnGround;
  beforeAll(async () => {
    on = await ground();
  });
  afterAll(() => on.close());

  it('tell what each can do', async () => {
    const { body } = await on.ask('/v1/crms');
    expect(body.items.map(({ crm, once }) => [crm, once])).toEqual([
      ['hubspot', 'upsert'],
      ['customermates', 'find'],
      ['http', 'receiver'],
    ]);
    expect(body.items[0]).toMatchObject({ holdsAgainst: { kills: true, freezes: true }, settings: { type: 'object' } });
  });
});
