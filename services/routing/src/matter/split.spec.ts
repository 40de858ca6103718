import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, served } from '../../test/served.ts';
import type { ListedMatter } from './listed.query.ts';

type Items<Item> = { readonly items: Item[] };
const [ann, eve, bo] = ['email:ann@example.com', 'email:eve@example.com', 'email:bo@acme.example'];
const account = '7d8f1f9c-3f55-4c1e-8d39-6a2f4f0a9b10';

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

const post = (tenant: string, path: string, body: object) =>
  on.ask<Record<string, unknown>>(tenant, 'POST', path, { body });
const split = (tenant: string, id: string, conversation: string) =>
  post(tenant, `/v1/matters/${id}/split`, { conversation: on.vault.conversationId(tenant, 'spec', conversation) });
const join = (tenant: string, id: string, into: string) => post(tenant, `/v1/matters/${id}/join`, { into });
const staffed = async (tenant: string): Promise<void> => {
  await on.ask(tenant, 'PUT', '/v1/teams/support', { body: { channels: ['chat', 'email', 'phone'], waits: 'P1D' } });
  const { body } = await post(tenant, '/v1/agents', { handle: bo, teams: ['support'], capacity: 9 });
  await on.ask(tenant, 'PUT', `/v1/agents/${String(body['id'])}/presence`, { body: { presence: 'available' } });
  await on.settled();
};
const matters = async (tenant: string, state = 'open'): Promise<ListedMatter[]> => {
  const path = `/v1/matters?state=${state}&minPosition=${await on.settled()}`;
  return (await on.ask<Items<ListedMatter>>(tenant, 'GET', path)).body.items;
};
/** The matters of Ann and of Eve. */
const two = async (tenant: string, of?: string): Promise<readonly [ListedMatter, ListedMatter]> => {
  await staffed(tenant);
  for (const from of [ann, eve]) await on.say(tenant, { from, account: of });
  const open = await matters(tenant);
  expect(open).toHaveLength(2);
  return [ann, eve].map((who) => open.find(({ customer }) => customer === on.id(tenant, who))!) as never;
};

describe('matters of two customers', () => {
  it('are not put together, over HTTP and gRPC: each goes on', async () => {
    const [anns, eves] = await two('strangers');
    const before = await on.ledger.head();
    expect(await join('strangers', eves.id, anns.id)).toMatchObject({
      status: 409,
      body: {
        code: 'AnotherCustomer',
        detail: `The matter that it is to go into is of another customer, ${on.id('strangers', ann)}, and not of the same account.`,
        errors: [{ pointer: '/into', reason: 'is a matter of another customer' }],
      },
    });
    const metadata = new Metadata();
    metadata.set('x-tenant', 'strangers');
    const error = await new Promise<ServiceError | null>((resolve) => {
      on.client.joinMatter({ id: eves.id, into: anns.id }, metadata, resolve);
    });
    expect(error).toMatchObject({ code: status.FAILED_PRECONDITION });
    expect(String(error!.metadata.get('grpc-status-details-bin')[0])).toContain('AnotherCustomer');
    expect(await matters('strangers')).toEqual([anns, eves]);
    expect(await on.ledger.head()).toBe(before);
  });

  it('are put together where a link says that they are one', async () => {
    const [anns, eves] = await two('linked');
    await on.link('linked', ann, eve);
    expect(await join('linked', eves.id, anns.id)).toMatchObject({ status: 200 });
    expect(await matters('linked')).toMatchObject([{ id: anns.id }]);
  });

  it('are put together where both are of one account', async () => {
    const [anns, eves] = await two('colleagues', account);
    expect(await join('colleagues', eves.id, anns.id)).toMatchObject({ status: 200 });
    expect(await matters('colleagues')).toMatchObject([{ id: anns.id, account }]);
  });
});

describe('a conversation that is made a matter of its own', () => {
  it('asks what it asked itself, for its own account, also after it was put elsewhere before', async () => {
    await staffed('asks');
    await on.say('asks', { from: ann, conversation: 'call', channel: 'phone', kind: 'support' });
    await on.settled();
    await on.say('asks', { from: ann, conversation: 'mail', channel: 'email', priority: 'high', account });
    const [first] = await matters('asks');
    expect(first!.asked).toEqual({ channel: 'phone', kind: 'support', priority: 'high' });
    const apart = async () => {
      const { body } = await split('asks', first!.id, 'mail');
      return (await matters('asks')).find(({ id }) => id === body['matter'])!;
    };
    const own = { asked: { channel: 'email', priority: 'high' }, account };
    const made = await apart();
    expect(made).toMatchObject(own);
    expect(made.asked).toEqual(own.asked);
    expect(await join('asks', made.id, first!.id)).toMatchObject({ status: 200 });
    await on.settled();
    expect((await apart()).asked).toEqual(own.asked);
  });

  it('is not the only one of its matter: whoever has that keeps it', async () => {
    await staffed('only');
    await on.say('only', { from: ann, conversation: 'one' });
    const before = await matters('only');
    expect(before).toMatchObject([{ state: 'owned', agent: { handle: bo } }]);
    expect(await split('only', before[0]!.id, 'one')).toMatchObject({
      status: 409,
      body: {
        code: 'OnlyConversation',
        errors: [{ pointer: '/conversation', reason: 'is the only one of the matter' }],
      },
    });
    expect(await matters('only')).toEqual(before);
  });
});

describe('a matter that is closed', () => {
  it('is said to be so, whichever of the two it is', async () => {
    await staffed('closed');
    for (const conversation of ['one', 'two', 'three']) {
      await on.say('closed', { from: ann, conversation });
      await on.settled();
    }
    const [first] = await matters('closed');
    const made = async (conversation: string): Promise<string> => {
      const { body } = await split('closed', first!.id, conversation);
      await on.settled();
      return String(body['matter']);
    };
    const [second, third] = [await made('two'), await made('three')];
    await join('closed', second, first!.id);
    await on.settled();
    const refused = (pointer: string) => ({
      status: 409,
      body: { code: 'MatterClosed', errors: [{ pointer, reason: 'is a matter that is closed' }] },
    });
    expect(await join('closed', second, third)).toMatchObject(refused('/id'));
    expect(await join('closed', third, second)).toMatchObject(refused('/into'));
  });
});
