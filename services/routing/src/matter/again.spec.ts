import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { type Served, served } from '../../test/served.ts';
import type { Explanation } from './explanation.ts';
import type { ListedMatter } from './listed.query.ts';

type Items<Item> = { readonly items: Item[] };
type Body = Record<string, unknown>;
const [ann, bo, cy] = ['email:ann@example.com', 'email:bo@acme.example', 'email:cy@acme.example'] as const;

let on: Served;
let later = 0;
beforeAll(async () => {
  on = await served({ now: () => new Date(Date.now() + later) });
}, 60_000);
afterAll(() => on.close());

const post = (tenant: string, path: string, body: object = {}, key?: string) =>
  on.ask<Body>(tenant, 'POST', path, { body, headers: key === undefined ? {} : { 'idempotency-key': key } });
const present = (tenant: string, agent: string, presence: string) =>
  on.ask(tenant, 'PUT', `/v1/agents/${on.id(tenant, agent)}/presence`, { body: { presence } });
const staffed = async (tenant: string, team: object = {}): Promise<void> => {
  await on.ask(tenant, 'PUT', '/v1/teams/support', { body: { channels: ['chat'], waits: 'P1D', ...team } });
  for (const handle of [bo, cy]) {
    await post(tenant, '/v1/agents', { handle, teams: ['support'] });
    await present(tenant, handle, 'available');
  }
  await on.settled();
};
const matters = async (tenant: string, query = ''): Promise<ListedMatter[]> => {
  const position = await on.settled();
  return (await on.ask<Items<ListedMatter>>(tenant, 'GET', `/v1/matters?minPosition=${position}${query}`)).body.items;
};
const only = async (tenant: string): Promise<ListedMatter> => {
  const items = await matters(tenant);
  expect(items).toHaveLength(1);
  return items[0]!;
};

describe('what is asked again under one key', () => {
  it('is assigned as it was, whoever left meanwhile', async () => {
    await staffed('assigned');
    await on.say('assigned', { from: ann });
    const { id, agent } = await only('assigned');
    const to = agent!.id === on.id('assigned', bo) ? cy : bo;
    const assign = () => post('assigned', `/v1/matters/${id}/assign`, { agent: to, note: 'Please.' }, 'once');
    const first = await assign();
    expect(first.status).toBe(200);
    await on.ask('assigned', 'DELETE', `/v1/agents/${on.id('assigned', to)}`);
    await on.settled();
    expect(await assign()).toEqual(first);
    expect(await post('assigned', `/v1/matters/${id}/close`, {}, 'once')).toMatchObject({
      status: 409,
      body: { code: 'IdReused' },
    });
  });

  it('is accepted as it was, after the offer has lapsed', async () => {
    await staffed('accepted', { offers: 'PT5M' });
    await on.say('accepted', { from: ann });
    const { id, agent } = await only('accepted');
    const accept = () => post('accepted', `/v1/matters/${id}/accept`, { agent: agent!.id }, 'once');
    const first = await accept();
    expect(first.status).toBe(200);
    later += 600_000;
    expect(await accept()).toEqual(first);
    expect(await only('accepted')).toMatchObject({ state: 'owned', agent: { id: agent!.id } });
  });

  it('takes one matter from a queue, not two', async () => {
    await staffed('next');
    await present('next', bo, 'busy');
    await present('next', cy, 'busy');
    await on.settled();
    for (const from of [ann, 'email:eve@example.com']) await on.say('next', { from });
    await on.settled();
    const next = (agent: string, key: string) => post('next', '/v1/queues/support/next', { agent }, key);
    const [first, same] = await Promise.all([next(bo, 'once'), next(bo, 'once')]);
    expect(same).toEqual(first);
    expect(first.body).toMatchObject({ matter: { agent: { handle: bo } } });
    expect(await next(bo, 'once')).toEqual(first);
    expect(await matters('next', '&state=queued')).toHaveLength(1);
    expect(await next(cy, 'once')).toMatchObject({ status: 409, body: { code: 'IdReused' } });
    expect(await next(cy, 'another')).toMatchObject({ status: 200, body: { matter: { agent: { handle: cy } } } });
  });

  it('is one for each of two who ask at the same moment', async () => {
    await staffed('both');
    for (const agent of [bo, cy]) await present('both', agent, 'busy');
    await on.settled();
    for (const from of [ann, 'email:eve@example.com']) await on.say('both', { from });
    await on.settled();
    const got = await Promise.all([bo, cy, bo].map((agent) => post('both', '/v1/queues/support/next', { agent })));
    const ids = got.map(({ body }) => (body['matter'] as { id: string } | null)?.id);
    expect(ids.filter((id) => id === undefined)).toHaveLength(1);
    expect(new Set(ids).size).toBe(3);
    const { body } = await on.ask<Explanation>('both', 'GET', `/v1/matters/${ids.find(Boolean)}/explanation`);
    expect(body.steps.at(-1)!.says).toMatch(/has it: they took it themselves, in support\.$/);
  });

  it('is taken apart once, and put together once', async () => {
    await staffed('split');
    for (const conversation of ['one', 'two', 'three']) {
      await on.say('split', { from: ann, conversation });
      await on.settled();
    }
    const { id } = await only('split');
    const conversation = on.vault.conversationId('split', 'spec', 'two');
    const split = () => post('split', `/v1/matters/${id}/split`, { conversation }, 'apart');
    const first = await split();
    expect(first.status).toBe(200);
    expect(await matters('split')).toHaveLength(2);
    expect(await split()).toEqual(first);
    expect(await matters('split')).toHaveLength(2);
    const into = first.body['matter'] as string;
    const join = () => post('split', `/v1/matters/${id}/join`, { into }, 'together');
    const joined = await join();
    expect(joined.status).toBe(200);
    expect(await only('split')).toMatchObject({ id: into });
    expect(await join()).toEqual(joined);
    await post('split', `/v1/matters/${into}/close`);
    await on.settled();
    expect(await join()).toEqual(joined);
  });
});

describe('an offer that nobody answers', () => {
  it('lapses, goes to the next, and waits in the queue where none is left', async () => {
    await staffed('lapses', { offers: 'PT5M' });
    await on.say('lapses', { from: ann });
    const { id, agent: first } = await only('lapses');
    later += 301_000;
    const second = await eventually(async () => {
      const { state, agent } = await only('lapses');
      expect([state, agent!.id === first!.id]).toEqual(['offered', false]);
      return agent!;
    });
    expect(await post('lapses', `/v1/matters/${id}/accept`, { agent: first!.id })).toMatchObject({
      status: 409,
      body: { code: 'NotOffered' },
    });
    later += 301_000;
    await eventually(async () => expect((await only('lapses')).state).toBe('queued'));
    const { body } = await on.ask<Explanation>('lapses', 'GET', `/v1/matters/${id}/explanation`);
    const types = body.steps.map(({ type }) => type).filter((type) => type.startsWith('Matter'));
    expect(types).toEqual([
      'MatterChosen', 'MatterOpened', 'MatterQueued', 'MatterOffered', 'MatterOfferEnded', 'MatterQueued',
      'MatterOffered', 'MatterOfferEnded', 'MatterQueued',
    ]); // prettier-ignore
    expect(body.steps.filter(({ type }) => type === 'MatterOfferEnded').map(({ says }) => says)).toEqual([
      `The offer to ${first!.handle} lapsed.`,
      `The offer to ${second.handle} lapsed.`,
    ]);
    expect(await post('lapses', '/v1/queues/support/next', { agent: bo })).toMatchObject({
      body: { matter: { id, state: 'owned', agent: { handle: bo } } },
    });
  });

  it('is too late to be accepted a moment after its time, whether the clock told it or not', async () => {
    await post('late', '/v1/agents', { handle: 'email:di@acme.example' });
    await staffed('late', { offers: 'PT5M', fallback: { handle: 'email:di@acme.example' }, waits: 'PT20M' });
    await on.say('late', { from: ann });
    const { id, agent } = await only('late');
    later += 301_000;
    expect(await post('late', `/v1/matters/${id}/accept`, { agent: agent!.id })).toMatchObject({ status: 409 });
    later += 3_600_000;
    await eventually(async () =>
      expect(await only('late')).toMatchObject({
        state: 'owned',
        agent: { handle: 'email:di@acme.example' },
        rule: 'deadline',
      }),
    );
  });
});
