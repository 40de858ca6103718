import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeEndpoint, signingKey } from '@throughline/testing';
import { activity, crmContract, type Ground, persistently, task } from '../../test/crm.contract.ts';
import { opened } from '../../test/opened.ts';
import { http } from './http.ts';

type Own = Pick<ReturnType<typeof fakeEndpoint>, 'records'>;

const ground = async (): Promise<Ground & Own> => {
  const { fake, contacts, records, state, settings } = fakeEndpoint();
  await fake.start();
  const { session, close } = opened(http, {
    fake,
    secret: signingKey,
    settings: { ...settings, settlesWithinMs: 300 },
  });
  const add = (mail: string, fields?: object): string => {
    const id = String(100 + contacts.length);
    contacts.push({ id, mail, fields });
    return id;
  };
  return {
    fake,
    session,
    records,
    close,
    revoke: () => (state.secret = `whsec_${Buffer.alloc(24, 8).toString('base64')}`),
    lag: (ms) => (state.lagMs = ms),
    addContact: (mail) => add(mail),
    removeContact: (id) => (contacts.find((one) => one.id === id)!.gone = true),
    kept: (reference) => records.filter(({ ref }) => ref === reference).map(({ record }) => JSON.stringify(record)),
    knownContact: () => {
      const owner = { mail: 'Bo@acme.example', name: 'Bo Berg' };
      return {
        contact: add('x@example.com', { owner, tier: 'gold', value: 12000.5 }),
        context: {
          owner: { handle: 'email:bo@acme.example', name: 'Bo Berg' },
          tier: 'gold',
          value: { amount: 12000.5 },
        },
      };
    },
  };
};

crmContract('An endpoint over HTTP', ground);

describe('an endpoint over HTTP', () => {
  let on: Ground & Own;
  beforeEach(async () => {
    on = await ground();
  });
  afterEach(() => on.close());

  it('takes a success with an error in it for a refusal', async () => {
    on.addContact('ann@example.com');
    await expect(persistently(on.session, task({ what: 'refused' }))).rejects.toMatchObject({
      kind: 'rejected',
      detail: expect.stringContaining('We do not take this'),
    });
  });

  it('gets the same id whenever a delivery is tried again', async () => {
    on.addContact('ann@example.com');
    on.fake.next({ says: { status: 500 } }, { says: { status: 500 } });
    await persistently(on.session, task());
    const ids = on.fake.asked.filter(({ method }) => method === 'POST').map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it('is a webhook where nothing else is set: the whole record, signed', async () => {
    const { fake } = fakeEndpoint();
    await fake.start();
    const { session, close } = opened(http, { fake, secret: signingKey });
    fake.next({ at: /^POST \//, says: { status: 202, headers: { 'content-type': 'text/plain' }, body: 'Accepted' } });
    const record = activity();
    expect(await persistently(session, record)).toMatchObject({ made: 'created', contact: 'email:ann@example.com' });
    expect(fake.asked[0]?.body).toMatchObject({
      contact: 'email:ann@example.com',
      record: JSON.parse(JSON.stringify(record)),
    });
    await close();
  });

  it.each([
    ['bearer-token', 'authorization', 'Bearer s3cret'],
    [{ header: 'X-Key' }, 'x-key', 's3cret'],
  ] as const)('is told the secret as %j', async (secretIs, name, value) => {
    const { fake } = fakeEndpoint();
    await fake.start();
    const { session, close } = opened(http, { fake, secret: 's3cret', settings: { secretIs } });
    fake.next({ at: /./, says: { status: 200, body: {} } });
    await persistently(session, task());
    expect(fake.asked[0]?.headers).toMatchObject({ [name]: value });
    expect(fake.asked[0]?.headers['webhook-signature']).toBeUndefined();
    await close();
  });

  describe('that is a webhook, tested,', () => {
    const tested = async (status: number, { secret = signingKey, path = '/hook' } = {}) => {
      const { fake } = fakeEndpoint();
      await fake.start();
      const { session, close } = opened(http, { fake, secret, settings: { create: { path } } });
      fake.next({ at: /^OPTIONS /, says: { status, body: '' } });
      const findings = await session.test(false);
      const asked = fake.asked.map(({ method, path: at }) => `${method} ${at}`);
      await close();
      return { findings, asked };
    };

    it.each([204, 401, 404, 405, 503])(
      'is asked something harmless, and there whatever it says (%d)',
      async (status) => {
        const { findings, asked } = await tested(status);
        expect(asked).toEqual(['OPTIONS /hook']);
        expect(findings).toEqual([
          { what: 'the shape of the secret', ok: true },
          { what: 'the address', ok: true, detail: `It answered OPTIONS with ${status}; nothing was written.` },
        ]);
      },
    );

    it('is not as it has to be where it sends elsewhere', async () =>
      expect((await tested(302)).findings).toMatchObject([{ ok: true }, { what: 'the address', ok: false }]));

    it('is asked at its root where its path is of a record', async () =>
      expect((await tested(200, { path: '/of/{{contact}}' })).asked).toEqual(['OPTIONS /']));

    it('says that a secret is no signing key', async () =>
      expect((await tested(200, { secret: 'plain' })).findings[0]).toMatchObject({
        ok: false,
        detail: expect.stringMatching(/whsec_ and 24 to 64 bytes/),
      }));

    it('says that nobody is there', async () => {
      const { fake } = fakeEndpoint();
      await fake.start();
      const { session, close } = opened(http, { fake, secret: signingKey });
      await fake.stop();
      await expect(session.test(false)).rejects.toMatchObject({
        code: 'Unreachable',
        detail: 'It cannot be reached: nothing accepts connections there (ECONNREFUSED).',
      });
      await close();
    });
  });

  describe('that answers a write with 404', () => {
    const answered = async (settings: object) => {
      const { fake, contacts } = fakeEndpoint();
      contacts.push({ id: '1', mail: 'ann@example.com' });
      await fake.start();
      const { session, close } = opened(http, { fake, secret: signingKey, settings });
      fake.next({ at: /^POST /, says: { status: 404, body: { error: 'about ann@example.com' } } });
      const fault = await persistently(session, task()).catch((error: unknown) => error);
      await close();
      return fault;
    };
    const contact = { method: 'GET', path: '/contacts', query: { mail: '{{value}}' }, items: '/found' };

    it('is not at that address: the connection is at fault, and repeats nothing of what was said', async () =>
      expect(await answered({ create: { path: '/hook' } })).toMatchObject({
        kind: 'connection',
        code: 'NothingThere',
        detail: 'POST /hook was answered with 404 or 410: nothing is at this address.',
      }));

    it('may be without the contact where contacts are looked for', async () =>
      expect(await answered({ contact, create: { path: '/hook' } })).toMatchObject({
        kind: 'gone',
        code: 'NothingThere',
      }));

    it('is without what the path names', async () =>
      expect(await answered({ create: { path: '/of/{{contact}}' } })).toMatchObject({
        kind: 'gone',
        code: 'NotFound',
      }));
  });
});
