import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { type Served, served } from '../../test/served.ts';

describe('queues over HTTP', () => {
  let on: Served;
  let hours = 0;
  beforeAll(async () => {
    on = await served({ now: () => new Date(Date.now() + hours * 3_600_000) });
  });
  afterAll(() => on.close());
  const list = async (tenant: string): Promise<unknown> => {
    const position = await on.settled();
    return (await on.ask<{ items: unknown }>(tenant, 'GET', `/v1/queues?minPosition=${position}`)).body.items;
  };
  const bo = 'email:bo@acme.example';

  it('tell what waits in each, how much of it for too long, and whether anybody could take it', async () => {
    const { body } = await on.ask<{ id: string }>('all', 'POST', '/v1/agents', { body: { handle: bo } });
    await on.ask('all', 'PUT', '/v1/teams/support', { body: { channels: ['email'], fallback: { handle: bo } } });
    await on.ask('all', 'POST', '/v1/agents', { body: { handle: bo, teams: ['support'] } });
    await on.say('all', { from: 'email:ann@example.com', channel: 'chat' });
    await on.settled();
    hours = 3;
    await on.say('all', { from: 'email:eve@example.com', channel: 'sms' });
    const empty = { waiting: 0, late: 0, available: 0, agents: 0 };
    expect(await list('all')).toEqual([
      { ...empty, team: 'default', waiting: 2, waitingSince: expect.any(String) },
      { ...empty, team: 'support', agents: 1, fallback: 'agent' },
    ]);
    hours = 5;
    await on.ask('all', 'PUT', `/v1/agents/${body.id}/presence`, { body: { presence: 'available' } });
    await on.ask('all', 'PUT', '/v1/teams/default', { body: {} });
    expect(await list('all')).toEqual([
      { ...empty, team: 'default', waiting: 2, late: 1, waitingSince: expect.any(String) },
      { ...empty, team: 'support', available: 1, agents: 1, fallback: 'agent' },
    ]);
    await on.ask('all', 'DELETE', `/v1/agents/${body.id}`);
    expect(await list('all')).toMatchObject([{ team: 'default' }, { team: 'support', agents: 0, fallback: 'nobody' }]);
    expect(await list('others')).toEqual([{ ...empty, team: 'default' }]);
  });

  it('give nothing to who is not in the team, and say where they are', async () => {
    await on.ask('elsewhere', 'PUT', '/v1/teams/support', { body: { channels: ['email'] } });
    await on.ask('elsewhere', 'POST', '/v1/agents', { body: { handle: bo, teams: ['support'] } });
    await on.ask('elsewhere', 'POST', '/v1/agents', { body: { handle: 'email:cy@acme.example' } });
    await on.say('elsewhere', { from: 'email:ann@example.com' });
    await on.settled();
    const next = (agent: string) => on.post('elsewhere', '/v1/queues/default/next', { agent });
    expect(await next(bo)).toMatchObject({
      status: 409,
      body: { code: 'NotInTeam', errors: [{ pointer: '/agent', reason: 'is in support' }] },
    });
    expect(await next('email:cy@acme.example')).toMatchObject({
      status: 409,
      body: { detail: 'This agent is not in default: they are in no team.' },
    });
    await on.ask('elsewhere', 'POST', '/v1/agents', { body: { handle: bo, teams: ['default'] } });
    await on.settled();
    expect(await next(bo)).toMatchObject({ status: 200, body: { matter: { agent: { handle: bo } } } });
  });

  it('keep what waited too long where the fallback left since, or never was an agent', async () => {
    hours = 10;
    const { body } = await on.ask<{ id: string }>('kept', 'POST', '/v1/agents', { body: { handle: bo } });
    await on.ask('kept', 'PUT', '/v1/teams/chats', { body: { channels: ['chat'], fallback: { handle: bo } } });
    const fallback = { id: on.id('kept', 'email:nobody@acme.example'), handle: 'email:nobody@acme.example' };
    await on.append('kept', streamOf.team('mails'), {
      type: 'TeamDefined',
      data: { team: 'mails', channels: ['email'], waits: 'PT4H', fallback },
    });
    await on.settled();
    for (const channel of ['chat', 'email'] as const)
      await on.say('kept', { from: `email:${channel}@x.example`, channel });
    await on.settled();
    await on.ask('kept', 'DELETE', `/v1/agents/${body.id}`);
    await on.settled();
    hours = 15;
    // Whatever is decided about a matter lets its time pass first.
    for (const channel of ['chat', 'email'] as const)
      await on.say('kept', { from: `email:${channel}@x.example`, channel });
    expect(await list('kept')).toMatchObject([
      { team: 'chats', waiting: 1, late: 1, fallback: 'nobody' },
      { team: 'default', waiting: 0 },
      { team: 'mails', waiting: 1, late: 1, fallback: 'nobody' },
    ]);
  });
});
