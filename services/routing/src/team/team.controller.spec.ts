import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, served } from '../../test/served.ts';

type Items = { readonly items: Record<string, unknown>[]; readonly nextCursor: string | null };

describe('teams, agents and the policy over HTTP', () => {
  let on: Served;
  beforeAll(async () => {
    on = await served();
  });
  afterAll(() => on.close());
  const put = (tenant: string, path: string, body: object) => on.ask(tenant, 'PUT', path, { body });
  const list = async (tenant: string, path: string): Promise<Items> => {
    const position = await on.settled();
    const sign = path.includes('?') ? '&' : '?';
    return (await on.ask<Items>(tenant, 'GET', `${path}${sign}minPosition=${position}`)).body;
  };
  const bo = { handle: 'email:bo@acme.example', name: 'Bo', teams: ['support'], skills: ['hardware'], capacity: 3 };

  it('defines teams, and says who is there and what waits', async () => {
    const fallback = { handle: 'email:Cy@Acme.example', name: 'Cy' };
    const team = { name: 'Support', channels: ['email'], fallback, waits: 'PT30M' };
    await on.ask('teams', 'POST', '/v1/agents', { body: { handle: fallback.handle } });
    const first = await put('teams', '/v1/teams/support', team);
    expect(first).toMatchObject({ status: 200, body: { position: expect.any(Number) } });
    expect(await put('teams', '/v1/teams/support', team)).toEqual(first);
    await put('teams', '/v1/teams/another', {});
    await on.ask('teams', 'POST', '/v1/agents', { body: bo });
    await on.say('teams', { from: 'email:ann@example.com', channel: 'email' });
    expect((await list('teams', '/v1/teams?limit=1')).items).toMatchObject([{ team: 'another', waits: 'PT4H' }]);
    expect((await list('teams', '/v1/teams')).items[1]).toEqual({
      team: 'support', name: 'Support', channels: ['email'], waits: 'PT30M',
      fallback: { id: on.id('teams', 'email:cy@acme.example'), handle: 'email:cy@acme.example', name: 'Cy' },
      waiting: 1, waitingSince: expect.any(String), available: 0, agents: 1,
    }); // prettier-ignore
  });

  it('routes what waited in a team that is gone', async () => {
    await put('gone', '/v1/teams/chats', { channels: ['chat'] });
    await on.settled();
    await on.say('gone', { from: 'email:ann@example.com' });
    expect((await list('gone', '/v1/queues/chats')).items).toHaveLength(1);
    expect((await on.ask('gone', 'DELETE', '/v1/teams/chats')).status).toBe(200);
    expect((await list('gone', '/v1/queues/default')).items).toHaveLength(1);
    expect(await on.ask('gone', 'DELETE', '/v1/teams/chats')).toMatchObject({
      status: 404,
      body: { code: 'TeamUnknown' },
    });
  });

  it('keeps who an agent is, whatever changes about them', async () => {
    await put('agents', '/v1/teams/support', {});
    const { body } = await on.ask<{ id: string }>('agents', 'POST', '/v1/agents', { body: bo });
    await put('agents', `/v1/agents/${body.id}/presence`, { presence: 'available' });
    await put('agents', `/v1/agents/${body.id}/capacity`, { capacity: 1 });
    expect((await list('agents', '/v1/agents?team=support')).items).toEqual([
      { id: body.id, ...bo, capacity: 1, presence: 'available', turns: 0, matters: 0 },
    ]);
    expect((await list('agents', `/v1/agents?agent=${bo.handle}`)).items).toHaveLength(1);
    expect((await list('agents', '/v1/agents?team=default')).items).toEqual([]);
    expect((await list('others', '/v1/agents')).items).toEqual([]);
    expect((await on.ask('agents', 'DELETE', `/v1/agents/${body.id}`)).status).toBe(200);
    expect((await list('agents', '/v1/agents')).items).toEqual([]);
    expect((await put('agents', `/v1/agents/${body.id}/presence`, { presence: 'available' })).status).toBe(404);
    expect(
      (await put('agents', `/v1/agents/${on.id('agents', 'email:x@y.example')}/capacity`, { capacity: 1 })).status,
    ).toBe(404);
  });

  it('names a team that there is not, where agents or matters of it are asked for', async () => {
    await put('named', '/v1/teams/brand-new', {});
    for (const noun of ['agents', 'matters']) {
      expect(await on.ask('named', 'GET', `/v1/${noun}?team=nope`)).toMatchObject({
        status: 404,
        body: { code: 'TeamUnknown', errors: [{ pointer: '/team', reason: 'names no team' }] },
      });
      expect((await on.ask('named', 'GET', `/v1/${noun}?team=brand-new`)).status).toBe(200);
    }
    await on.ask('named', 'DELETE', '/v1/teams/brand-new');
    await on.settled();
    expect((await on.ask('named', 'GET', '/v1/matters?team=brand-new&state=all')).status).toBe(200);
  });

  it('refuses bad input by name', async () => {
    expect((await put('bad', '/v1/teams/Not%20a%20team', {})).status).toBe(400);
    expect(await put('bad', '/v1/teams/support', { waits: '4 hours' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/waits', reason: expect.stringContaining('ISO 8601') }] },
    });
    for (const field of ['waits', 'offers'])
      expect(await put('bad', '/v1/teams/support', { [field]: 'PT0S' })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: `/${field}`, reason: 'is no time at all' }] },
      });
    expect((await put('bad', '/v1/teams/support', { colour: 'red' })).status).toBe(422);
    expect((await put('bad', '/v1/teams/support', { fallback: { handle: 'Cy' } })).status).toBe(422);
    const di = { handle: 'email:di@acme.example' };
    const isRefused = {
      status: 422,
      body: { errors: [{ pointer: '/fallback/handle', reason: 'names no agent' }] },
    };
    expect(await put('bad', '/v1/teams/support', { fallback: di })).toMatchObject(isRefused);
    const { body } = await on.ask<{ id: string }>('bad', 'POST', '/v1/agents', { body: di });
    expect((await put('bad', '/v1/teams/taken', { fallback: di })).status).toBe(200);
    await on.ask('bad', 'DELETE', `/v1/agents/${body.id}`);
    await on.settled();
    expect(await put('bad', '/v1/teams/support', { fallback: di })).toMatchObject(isRefused);
    expect((await on.ask('bad', 'POST', '/v1/agents', { body: { ...bo, capacity: -1 } })).status).toBe(422);
    expect((await on.ask('bad', 'POST', '/v1/agents', { body: { ...bo, handle: 'Bo' } })).status).toBe(422);
    expect(await on.ask('bad', 'POST', '/v1/agents', { body: { ...bo, teams: ['default', 'suport'] } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/teams/1', reason: 'names no team: define it first' }] },
    });
  });

  it('lets a tenant say what opens a matter', async () => {
    const { body: usual } = await on.ask('policy', 'GET', '/v1/policies/matter');
    expect(usual).toMatchObject({ window: 'P3D', automatic: false });
    expect((await put('policy', '/v1/policies/matter', { ...usual, channels: ['email'] })).status).toBe(200);
    await on.settled();
    await on.say('policy', { from: 'email:ann@example.com', channel: 'chat' });
    expect((await list('policy', '/v1/matters')).items).toEqual([]);
    await on.say('policy', { from: 'email:ann@example.com', channel: 'email', conversation: 'mail' });
    expect((await list('policy', '/v1/matters')).items).toHaveLength(1);
    expect((await on.ask('policy', 'GET', '/v1/policies/matter')).body).toEqual({ ...usual, channels: ['email'] });
  });
});
