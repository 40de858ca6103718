import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import type { Entry } from '../entry/entry.ts';
import { type Account, account } from './account.ts';

const ann = 'email:ann@one.example';
const cy = 'email:cy@one.example';
const dee = 'email:dee@two.example';
const bo = 'email:bo@acme.example';
const tenant = 'one';

let on: Served;
beforeAll(async () => {
  on = await served();
  const accounts = { [ann]: 'one.example', [cy]: 'one.example', [dee]: 'two.example' };
  await on.say(
    tenant,
    { at: '2026-05-04T01:00:00Z', from: ann, to: [cy, bo], agents: [bo], accounts, text: 'to both' },
    { at: '2026-05-04T02:00:00Z', from: dee, accounts, text: 'alone' },
    { at: '2026-05-04T03:00:00Z', from: bo, to: [cy], agents: [bo], accounts, text: 'back' },
  );
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

const accountId = (key: string): string => on.vault.accountId(tenant, key);
const list = async (query = '') =>
  (await on.get<{ items: Account[] }>(tenant, `/v1/accounts${query}`)).body.items.map(({ key }) => key);

describe('an account', () => {
  it('is shown with its name, its owner and how many customers it has', async () => {
    const { body } = await on.get(tenant, `/v1/accounts/${accountId('one.example')}`);
    expect(account.safeParse(body).error).toBeUndefined();
    expect(body).toEqual({
      id: accountId('one.example'),
      key: 'one.example',
      name: 'one.example Ltd',
      owner: null,
      customers: 2,
      lastAt: '2026-05-04T03:00:00Z',
    });
  });

  it('is listed, the last active first, and found by its key', async () => {
    expect(await list()).toEqual(['one.example', 'two.example']);
    expect(await list('?q=two')).toEqual(['two.example']);
    expect(await list('?limit=1')).toEqual(['one.example']);
  });

  it('has a timeline, each interaction once', async () => {
    const texts = async (of: string) =>
      (await on.get<{ items: Entry[] }>(tenant, `/v1/accounts/${accountId(of)}/timeline`)).body.items.map(
        ({ text }) => text,
      );
    expect(await texts('one.example')).toEqual(['back', 'to both']);
    expect(await texts('two.example')).toEqual(['alone']);
  });

  it('is listed as nobody’s until it has an owner, and again once it was released', async () => {
    const assign = async (owner?: { id: string; handle: string }) => {
      const subject = accountId('two.example');
      await on.append(tenant, streamOf.account(subject), [event('OwnerAssigned', { of: 'account', subject, owner })]);
      await on.caughtUp();
    };
    await assign({ id: on.vault.handleId(tenant, bo), handle: bo });
    expect(await list('?owner=none')).toEqual(['one.example']);
    const { body } = await on.get<Account>(tenant, `/v1/accounts/${accountId('two.example')}`);
    expect(body.owner).toMatchObject({ handle: bo });
    await assign();
    expect(await list('?owner=none')).toEqual(['one.example', 'two.example']);
  });

  it('is not there for another tenant, nor where there is none', async () => {
    expect(await on.get('other', `/v1/accounts/${accountId('one.example')}`)).toMatchObject({ status: 404 });
    expect(await on.get('other', `/v1/accounts/${accountId('one.example')}/timeline`)).toMatchObject({ status: 404 });
    expect((await on.get<{ items: Account[] }>('other', '/v1/accounts')).body.items).toEqual([]);
    expect(await on.get(tenant, `/v1/accounts/${accountId('none.example')}`)).toMatchObject({
      status: 404,
      body: { type: '/problems/account-unknown' },
    });
  });
});
