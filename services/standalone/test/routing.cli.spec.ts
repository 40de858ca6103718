import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { asking, told, type Told } from './asking.ts';
import { cli, cliJson } from './cli.ts';
import { type Captured, interaction } from './made.ts';
import { type Standalone, standalone } from './standalone.ts';

const [bo, cy] = ['email:bo@acme.example', 'email:cy@acme.example'] as const;
type Matter = { readonly id: string; readonly state: string; readonly agent?: { readonly handle: string } };
type Items<Item> = { readonly items: readonly Item[] };

let server: Standalone;
let get: Told;
beforeAll(async () => {
  server = await standalone();
  get = told(asking(server.url));
}, 90_000);
afterAll(() => server.kill());

const run = (...args: string[]) => cli(server.url, ...args);
const json = <Value>(...args: string[]) => cliJson<Value>(server.url, args);

/** What a customer says over chat, and the matter that comes of it, once it is in this state. */
const said = async (name: string, state: string, conversation = name, domain = 'example.com'): Promise<Matter> => {
  const customer = `email:${name}@${domain}`;
  const { position } = await get<Captured>('/v1/interactions', {
    json: interaction(`${name}/${conversation}`, {
      conversation,
      intent: 'hardware.screen',
      occurredAt: new Date().toISOString(),
      text: `Hello,\n\nthe screen of ${name} cracked.`,
      participants: [{ role: 'customer', handle: customer, name }],
    }),
  });
  return eventually(async () => {
    const { items } = await get<Items<Matter>>(`/v1/matters?customer=${customer}&minPosition=${position}`);
    expect(items).toMatchObject([{ state }]);
    return items[0]!;
  });
};

describe('throughline teams, agents, queues and matters', () => {
  it('say what is so after each command, which the next one finds', async () => {
    expect(await run('teams', 'list')).toMatchObject({ code: 0, out: expect.stringMatching(/There is no team/) });
    const di = ['--fallback', 'email:di@acme.example'];
    expect(await run('teams', 'add', 'support', ...di)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--fallback 'email:di@acme\.example': The fallback is no agent: add them first\./),
    });
    await json('agents', 'add', 'email:di@acme.example');
    const options = ['--channel', 'chat', 'email', ...di, '--offers', 'PT1H30M'];
    const added = await run('teams', 'add', 'support', ...options);
    expect(added).toMatchObject({ code: 0, err: '' });
    expect(added.out).toMatch(/^support +chat, email +0 of 0 +0 +4h +email:di@acme\.example +1h 30m$/m);
    expect(await json('agents', 'add', bo, '--name', 'Bo', '--team', 'support', '--available')).toMatchObject({
      handle: bo, name: 'Bo', teams: ['support'], capacity: 10, presence: 'available',
    }); // prettier-ignore
    await json('agents', 'add', cy, '--team', 'support', '--capacity', '1');
    expect(await json('agents', 'capacity', cy, '3')).toMatchObject({ handle: cy, capacity: 3, presence: 'offline' });
    expect(await json('agents', 'presence', cy, 'available')).toMatchObject({ presence: 'available' });
    const { out } = await run('agents', 'list', '--team', 'support');
    expect(out).toMatch(/^Bo \(email:bo@acme\.example\) +available +support +everything +0 of 10 +0$/m);
    expect(await json('queues', 'list')).toMatchObject({
      items: [
        { team: 'default', waiting: 0, available: 0, agents: 0 },
        { team: 'support', waiting: 0, late: 0, available: 2, agents: 2, fallback: 'agent' },
      ],
    });
  }, 180_000);

  it('offer, hand over, explain and close', async () => {
    const { id, agent } = await said('ann', 'offered');
    const first = agent!.handle;
    const second = first === bo ? cy : bo;
    expect(await run('queues', 'accept', id, second)).toMatchObject({
      code: 1,
      err: expect.stringContaining('not offered to this agent'),
    });
    await json('queues', 'decline', id, first);
    await eventually(async () =>
      expect(await json('matters', 'show', id)).toMatchObject({ state: 'offered', agent: { handle: second } }),
    );
    expect(await json('queues', 'accept', id, second)).toMatchObject({ state: 'owned', agent: { handle: second } });
    expect(await json('matters', 'assign', id, first, '--note', 'She waits.')).toMatchObject({
      agent: { handle: first },
      rule: 'hand',
    });
    const gist = { name: 'ann', handle: 'email:ann@example.com', words: 'the screen of ann cracked.' };
    expect(await json<Items<Matter>>('matters', 'list', '--agent', first)).toMatchObject({ items: [{ id, gist }] });
    expect((await run('matters', 'list')).out).toMatch(
      new RegExp(
        `^${id}  ann: the screen of ann cracked\\.\n  chat, .*hardware\\.screen.* · since .+ · .*\\(?${first}\\)?$`,
        'm',
      ),
    );
    expect((await run('matters', 'show', id)).out).toMatch(/^about +ann: the screen of ann cracked\.$/m);

    const explained = await run('routing', 'explain', id);
    expect(explained).toMatchObject({ code: 0, err: '' });
    const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
    const cited = explained.out.matchAll(new RegExp(`^   event (${uuid}), by (?:routing|cli)$`, 'gm'));
    const { steps } = await json<{ steps: { event: string; type: string }[] }>('routing', 'explain', id);
    expect([...cited].map(([, event]) => event)).toEqual(steps.map(({ event }) => event));
    expect(explained.out).toMatch(/^ +rule +queue, on channel chat, intent hardware\.screen, team support$/m);
    expect(explained.out).toMatch(/^ +not +owner: nobody; holder: nobody$/m);
    expect(explained.out).toMatch(/has it: a person said so\.$/m);
    expect(explained.out).not.toMatch(/\d{4}-\d\d-\d\dT/);
    const types = steps.map(({ type }) => type).filter((type) => type.startsWith('Matter'));
    expect(types.slice(-2)).toEqual(['MatterHandedOn', 'MatterAssigned']);

    expect(await json('matters', 'close', id, '--outcome', 'resolved')).toMatchObject({
      state: 'closed',
      outcome: 'resolved',
    });
    expect(await run('matters', 'list')).toMatchObject({ code: 0, out: 'There is none.\n' });
  }, 180_000);

  it('wait for the customer, are taken apart and put together', async () => {
    const { id } = await said('fay', 'offered');
    await said('fay', 'offered', 'chair');
    type Whole = { conversations: { id: string }[]; promises: { state: string }[] };
    const whole = () => json<Whole>('matters', 'show', id);
    await eventually(async () => expect((await whole()).promises).toMatchObject([{ state: 'open' }]));
    expect(await run('matters', 'wait', id)).toMatchObject({ code: 0, out: expect.stringContaining(id) });
    expect((await whole()).promises).toMatchObject([{ state: 'paused' }]);
    const { conversations } = await whole();
    expect(conversations).toHaveLength(2);
    const split = await json<{ matter: string }>('matters', 'split', id, conversations[0]!.id);
    await eventually(async () => expect((await whole()).conversations).toHaveLength(1));
    await eventually(async () =>
      expect(await json('matters', 'show', split.matter)).toMatchObject({ state: 'offered' }),
    );
    expect(await json('matters', 'join', split.matter, id)).toMatchObject({ id });
    expect((await whole()).conversations).toHaveLength(2);
    expect(await run('matters', 'join', id, id)).toMatchObject({ code: 1 });
    const { id: another } = await said('gus', 'offered', 'gus', 'gus.example');
    expect(await run('matters', 'join', another, id)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is of another customer'),
    });
    const [only] = (await json<Whole>('matters', 'show', another)).conversations;
    expect(await run('matters', 'split', another, only!.id)).toMatchObject({
      code: 1,
      err: expect.stringContaining('has no other conversation'),
    });
  }, 180_000);

  it('give an agent the next one, and hand on what somebody has who goes', async () => {
    for (const agent of [bo, cy]) await json('agents', 'presence', agent, 'busy');
    const { id } = await said('eve', 'queued');
    expect((await run('queues', 'list', 'support')).out).toContain(`${id}  eve: the screen of eve cracked.`);
    expect(await json('queues', 'next', 'support', bo)).toMatchObject({ matter: { id, agent: { handle: bo } } });
    expect((await run('queues', 'next', 'support', cy)).out).toBe(`Nothing waits in support for ${cy}.\n`);
    expect((await run('agents', 'remove', bo)).out).toBe(`${bo} is gone; 1 matter is handed on.\n`);
    await eventually(async () => expect(await json('matters', 'show', id)).toMatchObject({ state: 'queued' }));
    expect(await run('teams', 'remove', 'support')).toMatchObject({ code: 0 });
    await eventually(async () =>
      expect(await json('matters', 'show', id)).toMatchObject({ state: 'queued', team: 'default' }),
    );
  }, 180_000);

  it('tell wrong usage from what is refused, and from nobody there', async () => {
    const nothing = '99999999-9999-4999-8999-999999999999';
    for (const [code, ...args] of [
      [2, 'agents', 'presence', cy, 'here'],
      [2, 'agents', 'capacity', cy, 'many'],
      [2, 'matters', 'assign', nothing],
      [2, 'matters', 'assign', nothing, cy, '--team', 'support'],
      [2, 'matters', 'list', '--state', 'lost'],
      [1, 'routing', 'explain', nothing],
      [1, 'agents', 'remove', 'email:nobody@acme.example'],
      [1, 'queues', 'list', 'nowhere'],
      [1, 'matters', 'list', '--team', 'nowhere'],
      [1, 'agents', 'list', '--team', 'nowhere'],
      [1, 'queues', 'next', 'default', cy],
      [2, 'teams', 'add', 'Not a team'],
      [4, 'teams', 'list', '--url', 'http://127.0.0.1:1'],
    ] as const) {
      const ended = await run(...args);
      expect([args.join(' '), ended.code, ended.out]).toEqual([args.join(' '), code, '']);
      expect(ended.err).not.toBe('');
    }
    expect((await run('matters', 'assign', nothing, cy, '--team', 'support')).err).toMatch(/--team, not both$/m);
  }, 180_000);
});
