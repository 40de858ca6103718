import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, served } from '../../test/served.ts';
import type { ListedMatter } from '../matter/listed.query.ts';
import type { Routed } from './route.desk.ts';

const ann = 'tel:+14155550100';
const withinMs = 300;

describe('POST /v1/route', () => {
  let on: Served;
  beforeAll(async () => {
    on = await served();
  });
  afterAll(() => on.close());

  const agent = async (tenant: string, name: string, team: string): Promise<string> => {
    const body = { handle: `email:${name}@acme.example`, name, teams: [team] };
    const { body: told } = await on.ask<{ id: string }>(tenant, 'POST', '/v1/agents', { body });
    await on.ask(tenant, 'PUT', `/v1/agents/${told.id}/presence`, { body: { presence: 'available' } });
    return told.id;
  };
  const route = async (tenant: string, body: object): Promise<Routed> => {
    const began = performance.now();
    const answer = await on.ask<Routed>(tenant, 'POST', '/v1/route', { body: { handle: ann, ...body } });
    expect(performance.now() - began).toBeLessThan(withinMs * 3);
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it('sends a call to the specialist whom the chat before it asked for, with what was said', async () => {
    await on.ask('shop', 'PUT', '/v1/teams/hardware', { body: { skills: ['hardware'] } });
    const dora = await agent('shop', 'Dora', 'hardware');
    const owner = await agent('shop', 'Sam', 'sales');
    await on.say('shop', { from: ann, conversation: 'chat', intent: 'hardware.screen', text: 'My screen is broken.' });
    // She has it before anything is answered.
    await on.settled();
    await on.say('shop', {
      from: ann,
      conversation: 'chat',
      by: 'bot:helper',
      text: 'Did you turn it off and on again?',
    });
    await on.settled();
    await on.ask('shop', 'POST', `/v1/customers/${on.id('shop', ann)}/owner`, {
      body: { owner: 'email:Sam@acme.example' },
    });
    await on.settled();
    const answer = await route('shop', {});
    expect(answer).toMatchObject({
      agent: { id: dora, name: 'Dora' },
      offered: false,
      packet: {
        intent: 'hardware.screen',
        summary: { asked: 'My screen is broken.' },
        tried: [
          { by: 'agent', agent: { id: dora } },
          { by: 'agent', words: 'Did you turn it off and on again?' },
        ],
        brief: `/v1/customers/${on.id('shop', ann)}/brief`,
      },
    });
    expect(answer.agent!.id).not.toBe(owner);
    expect(answer).not.toHaveProperty('queue');
  });

  it('takes a turn at once: two calls ring at two agents', async () => {
    await on.ask('calls', 'PUT', '/v1/teams/phones', { body: { channels: ['phone'] } });
    const both = [await agent('calls', 'One', 'phones'), await agent('calls', 'Two', 'phones')];
    await on.settled();
    const [first, second] = await Promise.all([
      route('calls', { handle: 'tel:+14155550101' }),
      route('calls', { handle: 'tel:+14155550102' }),
    ]);
    expect([first.agent!.id, second.agent!.id].toSorted()).toEqual(both.toSorted());
    expect(await route('calls', { handle: 'tel:+14155550103' })).toMatchObject({ agent: { id: expect.any(String) } });
    await on.settled();
    expect(await on.read('calls', 'team-phones')).toHaveLength(4);
  });

  it('answers with a queue and its deadline where nobody is there', async () => {
    expect(await route('nobody', {})).toMatchObject({
      queue: { team: 'default', until: expect.any(String) },
      packet: { summary: {} },
    });
  });

  it('is the same call when it is captured later, and when it is asked again', async () => {
    const call = { source: 'spec', conversation: 'call-1' };
    const first = await route('same', call);
    expect(await route('same', call)).toMatchObject({ matter: first.matter, conversation: first.conversation });
    await on.say('same', { from: ann, conversation: 'call-1', channel: 'phone' });
    const position = await on.settled();
    const { body } = await on.ask<{ items: ListedMatter[] }>('same', 'GET', `/v1/matters?minPosition=${position}`);
    expect(body.items.map(({ id }) => id)).toEqual([first.matter]);
  });

  it('names who can stand in for an owner who is away, and leaves the matter theirs', async () => {
    await on.ask('away', 'PUT', '/v1/teams/phones', { body: { channels: ['phone'] } });
    const maria = await agent('away', 'Maria', 'phones');
    await on.settled();
    expect(await route('away', {})).toMatchObject({ agent: { id: maria } });
    const dora = await agent('away', 'Dora', 'phones');
    await on.ask('away', 'PUT', `/v1/agents/${maria}/presence`, { body: { presence: 'away' } });
    await on.settled();
    expect(await route('away', {})).toMatchObject({ agent: { id: maria }, substitute: { id: dora, name: 'Dora' } });
  });

  it('refuses what is no handle, and a conversation without its source', async () => {
    expect((await on.ask('bad', 'POST', '/v1/route', { body: { handle: 'Ann' } })).status).toBe(422);
    expect((await on.ask('bad', 'POST', '/v1/route', { body: { handle: ann, conversation: 'x' } })).status).toBe(422);
    expect((await on.ask('bad', 'POST', '/v1/route', { body: { handle: ann, colour: 'red' } })).status).toBe(422);
  });
});
