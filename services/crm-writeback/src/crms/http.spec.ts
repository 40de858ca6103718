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

  it('says that a secret is no signing key', async () => {
    const { fake } = fakeEndpoint();
    const { session, close } = opened(http, { fake, secret: 'plain' });
    expect(await session.test(false)).toMatchObject([{ what: 'the secret', ok: false }]);
    await close();
  });
});
