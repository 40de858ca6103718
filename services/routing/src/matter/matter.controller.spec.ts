import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, served } from '../../test/served.ts';
import type { Packet } from '../packet/packet.ts';
import type { Explanation } from './explanation.ts';
import type { ListedMatter, WholeMatter } from './listed.query.ts';

type Items<Item> = { readonly items: Item[]; readonly nextCursor: string | null };
const [ann, bo, cy] = ['email:ann@example.com', 'email:bo@acme.example', 'email:cy@acme.example'];

describe('matters over HTTP', () => {
  let on: Served;
  beforeAll(async () => {
    on = await served();
  });
  afterAll(() => on.close());

  /** A tenant with a team of Bo and Cy, who are there. */
  const tenantWith = async (tenant: string, team: object = {}): Promise<Record<'bo' | 'cy', string>> => {
    await on.ask(tenant, 'PUT', '/v1/teams/support', { body: { channels: ['chat'], waits: 'PT15M', ...team } });
    const define = async (handle: string, name: string): Promise<string> => {
      const body = { handle, name, teams: ['support'], capacity: 3 };
      const { body: told } = await on.ask<{ id: string }>(tenant, 'POST', '/v1/agents', { body });
      await on.ask(tenant, 'PUT', `/v1/agents/${told.id}/presence`, { body: { presence: 'available' } });
      return told.id;
    };
    return { bo: await define(bo, 'Bo'), cy: await define(cy, 'Cy') };
  };
  const only = async (tenant: string, query = ''): Promise<ListedMatter> => {
    const position = await on.settled();
    const { body } = await on.ask<Items<ListedMatter>>(tenant, 'GET', `/v1/matters?minPosition=${position}${query}`);
    expect(body.items).toHaveLength(1);
    return body.items[0]!;
  };
  const post = (tenant: string, path: string, body: object = {}, headers = {}) =>
    on.ask<Record<string, unknown>>(tenant, 'POST', path, { body, headers });

  it('lists who has what, by name', async () => {
    const { bo: boId, cy: cyId } = await tenantWith('lists');
    await on.ask('lists', 'DELETE', `/v1/agents/${cyId}`);
    await on.settled();
    await on.say('lists', { from: ann, intent: 'hardware.screen', text: 'It cracked.' });
    const found = await only('lists', `&agent=${bo}`);
    expect(found).toMatchObject({
      state: 'owned', team: 'support', rule: 'turn', customer: on.id('lists', ann),
      agent: { id: boId, handle: bo, name: 'Bo' }, asked: { channel: 'chat', intent: 'hardware.screen' },
    }); // prettier-ignore
    const { body } = await on.ask<WholeMatter>('lists', 'GET', `/v1/matters/${found.id}`);
    expect(body.conversations).toMatchObject([{ id: found.conversation, channel: 'chat' }]);
    expect((await on.ask<Items<unknown>>('another', 'GET', '/v1/matters')).body.items).toEqual([]);
    expect((await on.ask('another', 'GET', `/v1/matters/${found.id}`)).status).toBe(404);
    expect((await on.ask('another', 'GET', `/v1/matters/${found.id}/explanation`)).status).toBe(404);
  });

  it('tells when something was last said in its conversations, and not when people are to meet', async () => {
    await on.say('ahead', { from: ann, text: 'It cracked.', at: '2026-05-04T09:00:00Z' });
    const ahead = { from: ann, at: new Date(Date.now() + 3_600_000).toISOString() };
    await on.say('ahead', { ...ahead, channel: 'meeting', text: 'A look at it' });
    const { id } = await only('ahead');
    await on.say('ahead', { ...ahead, channel: 'in-person', conversation: 'visit' });
    const other = (await on.ask<Items<ListedMatter>>('ahead', 'GET', `/v1/matters?minPosition=${await on.settled()}`)).body
      .items.find((one) => one.id !== id)!; // prettier-ignore
    const said = [{ channel: 'chat', lastAt: '2026-05-04T09:00:00.000000Z' }];
    expect((await on.ask<WholeMatter>('ahead', 'GET', `/v1/matters/${id}`)).body.conversations).toMatchObject(said);
    const { body } = await on.ask<Packet>('ahead', 'GET', `/v1/matters/${id}/packet`);
    expect(body).toMatchObject({ summary: { lastAt: '2026-05-04T09:00:00Z' }, conversations: said });
    const visit = (await on.ask<WholeMatter>('ahead', 'GET', `/v1/matters/${other.id}`)).body.conversations;
    expect(visit).toEqual([{ id: expect.any(String), channel: 'in-person' }]);
  });

  it('is closed once, with one outcome', async () => {
    await tenantWith('closed');
    await on.say('closed', { from: ann });
    const { id } = await only('closed');
    const close = (body?: object) => post('closed', `/v1/matters/${id}/close`, body);
    const first = await close({ outcome: 'resolved' });
    expect(first.status).toBe(200);
    for (const body of [{ outcome: 'resolved' }, {}]) expect(await close(body)).toEqual(first);
    expect(await close({ outcome: 'lost' })).toMatchObject({
      status: 409,
      body: { code: 'MatterClosed', detail: 'The matter is closed already, as resolved.' },
    });
  });

  it('is open again for what the customer said before the rows told whoever closes it', async () => {
    await tenantWith('unseen');
    await on.say('unseen', { from: ann });
    const { id, agent } = await only('unseen');
    await on.projectorDb.tx(async (client) => {
      // Until this is over no rows are written.
      await client.query('lock table routing.touch in share row exclusive mode');
      await on.say('unseen', { from: ann });
      expect(await post('unseen', `/v1/matters/${id}/close`)).toMatchObject({ status: 200 });
    });
    expect(await only('unseen')).toMatchObject({ id, state: 'owned', agent: { id: agent!.id } });
  });

  it('is neither taken nor left by somebody whom nobody knows', async () => {
    await tenantWith('unknown', { offers: 'PT5M' });
    await on.say('unknown', { from: ann });
    const { id, agent } = await only('unknown');
    const other = agent!.handle === bo ? cy : bo;
    for (const what of ['accept', 'decline']) {
      const ask = (who: string) => post('unknown', `/v1/matters/${id}/${what}`, { agent: who });
      expect(await ask('email:nobody@acme.example')).toMatchObject({
        status: 404,
        body: { code: 'AgentUnknown', errors: [{ pointer: '/agent', reason: 'names no agent' }] },
      });
      expect(await ask(other)).toMatchObject({ status: 409, body: { code: 'NotOffered' } });
    }
  });

  it('explains step by step why somebody has it', async () => {
    await tenantWith('explains');
    await on.say('explains', { from: ann, kind: 'support' });
    const { id } = await only('explains');
    const { body } = await on.ask<Explanation>('explains', 'GET', `/v1/matters/${id}/explanation`);
    expect(body.steps.map(({ type, says }) => `${type}: ${says}`)).toEqual([
      'MatterChosen: A conversation opened it: the customer had no other open matter.',
      'MatterOpened: Opened: the customer asked by chat, support.',
      expect.stringMatching(/^MatterQueued: Waits in support until .*: support serves what comes by chat, support\.$/),
      expect.stringMatching(/^MatterAssigned: (Bo|Cy) has it: it was their turn in support, of 2 who could take it\.$/),
      expect.stringMatching(
        /^PromiseMade: A first answer is due by .*: within PT4H by the calendar always, counted from /,
      ),
    ]);
    expect(body.steps[2]!.alternatives).toEqual([
      { says: 'owner', why: 'nobody' },
      { says: 'holder', why: 'nobody' },
    ]);
    expect(body.steps[3]!.alternatives).toEqual([
      { says: expect.stringMatching(/^turn (Bo|Cy)$/), why: 'later in line' },
    ]);
  });

  it('is handed to somebody by hand, with a word that is sealed, once under one key', async () => {
    const { bo: boId, cy: cyId } = await tenantWith('hands');
    await on.say('hands', { from: ann, text: 'It cracked.' });
    const { id, agent } = await only('hands');
    const to = agent!.id === boId ? cyId : boId;
    const again = { 'idempotency-key': 'once' };
    const first = await post('hands', `/v1/matters/${id}/assign`, { agent: to, note: 'She sent photos.' }, again);
    expect(first).toMatchObject({ status: 200, body: { position: expect.any(Number) } });
    expect(await post('hands', `/v1/matters/${id}/assign`, { agent: to, note: 'She sent photos.' }, again)).toEqual(
      first,
    );
    expect(await post('hands', `/v1/matters/${id}/assign`, { team: 'support' }, again)).toMatchObject({ status: 409 });
    expect((await only('hands')).agent!.id).toBe(to);
    const { body: packet } = await on.ask('hands', 'GET', `/v1/matters/${id}/packet`);
    expect(packet).toMatchObject({ summary: { asked: 'It cracked.' }, notes: ['She sent photos.'] });
    const stored = await on.ledger.read('hands', `matter-${id}`);
    expect(JSON.stringify(stored.map(({ data }) => data))).not.toMatch(/photos/);
  });

  it('refuses what names nobody, in words', async () => {
    await tenantWith('refuses');
    await on.say('refuses', { from: ann });
    const { id } = await only('refuses');
    expect(await post('refuses', `/v1/matters/${id}/assign`, { agent: 'email:nobody@acme.example' })).toMatchObject({
      status: 404, body: { code: 'AgentUnknown' },
    }); // prettier-ignore
    expect(await post('refuses', `/v1/matters/${id}/assign`, { team: 'nowhere' })).toMatchObject({
      body: { code: 'TeamUnknown' },
    });
    expect(await post('refuses', `/v1/matters/${id}/assign`, {})).toMatchObject({ status: 422 });
    expect(await post('refuses', `/v1/matters/${id}/assign`, { agent: bo, colour: 'red' })).toMatchObject({
      status: 422,
    });
    expect(await post('refuses', `/v1/matters/${id}/accept`, { agent: bo })).toMatchObject({
      status: expect.any(Number),
    });
    expect(await post('refuses', '/v1/matters/99999999-9999-4999-8999-999999999999/close')).toMatchObject({
      status: 404,
    });
  });

  it('tells by when an answer is due in it, as long as nobody gave it', async () => {
    await tenantWith('dues');
    await on.say('dues', { from: ann, kind: 'support' });
    expect(await only('dues')).toMatchObject({ state: 'owned', dueAt: expect.any(String) });
    await on.say('dues', { from: ann, by: bo });
    expect(await only('dues')).not.toHaveProperty('dueAt');
  });

  it('is closed twice, and is closed once', async () => {
    await tenantWith('closes');
    await on.say('closes', { from: ann });
    const { id } = await only('closes');
    const first = await post('closes', `/v1/matters/${id}/close`, { outcome: 'resolved' });
    expect(first.status).toBe(200);
    expect(await post('closes', `/v1/matters/${id}/close`, { outcome: 'resolved' })).toEqual(first);
    expect(await only('closes', '&state=closed')).toMatchObject({ id, outcome: 'resolved' });
    await on.say('closes', { from: ann });
    expect(await only('closes')).toMatchObject({ id, state: 'owned', rule: 'holder' });
  });

  it('is asked for, declined, and offered to somebody else', async () => {
    const { bo: boId, cy: cyId } = await tenantWith('offers', { offers: 'PT1M' });
    await on.say('offers', { from: ann });
    const { id, state, agent } = await only('offers');
    expect(state).toBe('offered');
    const other = agent!.id === boId ? cyId : boId;
    expect(await post('offers', `/v1/matters/${id}/accept`, { agent: other })).toMatchObject({
      body: { code: 'NotOffered' },
    });
    expect((await post('offers', `/v1/matters/${id}/decline`, { agent: agent!.id })).status).toBe(200);
    expect(await only('offers')).toMatchObject({ state: 'offered', agent: { id: other } });
    expect((await post('offers', `/v1/matters/${id}/accept`, { agent: other })).status).toBe(200);
    expect(await only('offers')).toMatchObject({ state: 'owned', agent: { id: other } });
  });

  it('can be taken apart and put together again', async () => {
    await tenantWith('apart');
    await on.say('apart', { from: ann, conversation: 'one' });
    await on.settled();
    await on.say('apart', { from: ann, conversation: 'two' });
    const { id } = await only('apart');
    const conversation = on.vault.conversationId('apart', 'spec', 'two');
    const { body: told } = await post('apart', `/v1/matters/${id}/split`, { conversation });
    const position = await on.settled();
    const both = await on.ask<Items<ListedMatter>>('apart', 'GET', `/v1/matters?minPosition=${position}`);
    expect(both.body.items.map((one) => one.id).toSorted()).toEqual([id, told['matter'] as string].toSorted());
    expect((await post('apart', `/v1/matters/${String(told['matter'])}/join`, { into: id })).status).toBe(200);
    expect(await only('apart')).toMatchObject({ id });
    expect((await on.ask<WholeMatter>('apart', 'GET', `/v1/matters/${id}`)).body.conversations).toHaveLength(2);
    expect(await post('apart', `/v1/matters/${id}/join`, { into: id })).toMatchObject({
      body: { code: 'JoinedToItself' },
    });
  });

  it('waits in a queue until somebody asks for the next one', async () => {
    const { bo: boId } = await tenantWith('queues');
    for (const agent of [boId, on.id('queues', cy)])
      await on.ask('queues', 'PUT', `/v1/agents/${agent}/presence`, { body: { presence: 'busy' } });
    await on.settled();
    await on.say('queues', { from: ann, priority: 'low' });
    await on.settled();
    await on.say('queues', { from: 'email:eve@example.com', priority: 'urgent' });
    const position = await on.settled();
    const { body } = await on.ask<Items<ListedMatter>>('queues', 'GET', `/v1/queues/support?minPosition=${position}`);
    expect(body.items.map(({ asked }) => asked.priority)).toEqual(['urgent', 'low']);
    expect(await post('queues', '/v1/queues/support/next', { agent: bo })).toMatchObject({
      body: { matter: { asked: { priority: 'urgent' }, state: 'owned', agent: { name: 'Bo' } } },
    });
    expect(await post('queues', '/v1/queues/support/next', { agent: bo })).toMatchObject({
      body: { matter: { asked: { priority: 'low' } } },
    });
    expect(await post('queues', '/v1/queues/support/next', { agent: bo })).toEqual({
      status: 200,
      body: { matter: null },
    });
    expect((await on.ask('queues', 'GET', '/v1/queues/nowhere')).status).toBe(404);
  });
});
