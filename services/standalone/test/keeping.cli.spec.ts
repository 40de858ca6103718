import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { asking, told, type Told } from './asking.ts';
import { cli, cliJson } from './cli.ts';
import { type Captured, interaction } from './made.ts';
import { type Standalone, standalone } from './standalone.ts';

const [ann, bo, di] = ['email:ann@example.com', 'email:bo@acme.example', 'email:di@acme.example'] as const;
type Items<Item> = { readonly items: readonly Item[] };

let server: Standalone;
let get: Told;
let conversation: string;
const run = (...args: string[]) => cli(server.url, ...args);
const json = <Value>(...args: string[]) => cliJson<Value>(server.url, args);

beforeAll(async () => {
  server = await standalone();
  get = told(asking(server.url));
  const { position } = await get<Captured>('/v1/interactions', {
    json: interaction('ann', {
      conversation: 'ann',
      occurredAt: new Date().toISOString(),
      subject: 'The screen',
      participants: [{ role: 'customer', handle: ann, name: 'Ann Lee' }],
    }),
  });
  conversation = await eventually(async () => {
    const { items } = await get<Items<{ id: string }>>(`/v1/matters?customer=${ann}&minPosition=${position}`);
    const { conversations } = await get<{ conversations: { id: string }[] }>(`/v1/matters/${items[0]!.id}`);
    return conversations[0]!.id;
  });
}, 120_000);
afterAll(() => server.kill());

describe('throughline notes, tasks, promises and sessions', () => {
  it('writes a note, whose next step is a task', async () => {
    expect(await run('notes', 'add', ann, '--owner', bo)).toMatchObject({ code: 2 });
    const nothing = await run('notes', 'add', ann);
    expect(nothing).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--text, --discussed, --decided') });
    const said = [
      '--decided',
      'to send another',
      '--next-step',
      'Call her',
      '--owner',
      bo,
      '--due',
      '2036-05-06T08:00:00Z',
    ];
    expect(await run('notes', 'add', ann, ...said)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Added: [0-9a-f-]{36}\n$/),
    });
    await eventually(async () =>
      expect(await json('tasks', 'list', '--customer', ann)).toMatchObject({
        items: [{ what: 'Call her', owner: { handle: bo } }],
      }),
    );
    expect((await run('notes', 'add', ann, '--next-step', 'Ask the shop')).out).toMatch(
      /^Added: [0-9a-f-]{36}\nactor:cli is to do it, due .+; --owner and --due say otherwise, now `throughline tasks hand-on [0-9a-f-]{36} HANDLE`\n$/,
    );
  }, 180_000);

  it('has somebody do something, lists it, and says when it is done', async () => {
    const added = await run('tasks', 'add', ann, 'Send a courier', '--owner', bo, '--due', '2026-05-05T10:00:00Z');
    const [, id = ''] = /^Added: ([0-9a-f-]{36})\n$/.exec(added.out) ?? [];
    expect((await run('tasks', 'list', '--owner', bo)).out).toMatch(
      new RegExp(`^${id}  Ann Lee: Send a courier\n  due .+ · email:bo@acme\\.example · overdue$`, 'm'),
    );
    expect(await run('tasks', 'done', id, '--outcome', 'It went out.')).toMatchObject({ code: 0, out: 'Done.\n' });
    expect(await json('tasks', 'list', '--state', 'completed')).toMatchObject({
      items: [{ id, done: { outcome: 'It went out.' } }],
    });
    expect(await run('tasks', 'add', ann, 'x', '--owner', bo, '--due', 'soon')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--due 'soon' is not/),
    });
  }, 180_000);

  it('lets a task rest, and hands it on', async () => {
    const cy = 'email:cy@acme.example';
    const { id } = await json<{ id: string }>(
      'tasks',
      'add',
      ann,
      'Ask again',
      '--owner',
      bo,
      '--due',
      '2036-05-05T10:00:00Z',
    );
    const rests = await run('tasks', 'snooze', id, '2036-05-01T10:00:00Z');
    expect(rests).toMatchObject({ code: 0, out: 'It rests until 2036-05-01T10:00:00Z.\n' });
    expect(await run('tasks', 'hand-on', id, cy, '--name', 'Cy')).toMatchObject({
      code: 0,
      out: `${cy} is to do it.\n`,
    });
    expect(await json('tasks', 'list', '--state', 'snoozed')).toMatchObject({
      items: [{ id, owner: { handle: cy, name: 'Cy' }, snoozedUntil: '2036-05-01T10:00:00Z' }],
    });
    expect(await run('tasks', 'snooze', id, 'later')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/<until> 'later' is not/),
    });
    expect(await run('tasks', 'snooze', id, '2020-05-06T08:00:00Z')).toMatchObject({
      code: 2,
      err: "throughline: <until> '2020-05-06T08:00:00Z' is over\n",
    });
  }, 180_000);

  it('says who is responsible for a customer: an agent, or somebody who is named', async () => {
    const responsible = async () => (await json<Items<{ owner: unknown }>>('customers', '-q', 'ann')).items[0]!.owner;
    expect(await run('owners', 'set', ann, bo, '--name', 'Bo')).toMatchObject({
      code: 0,
      out: `${bo} is responsible.\n`,
    });
    expect(await responsible()).toMatchObject({ handle: bo, name: 'Bo' });
    expect(await run('owners', 'clear', ann)).toMatchObject({ code: 0, out: 'Nobody is responsible.\n' });
    expect(await responsible()).toBeNull();
    expect(await run('owners', 'set', ann, 'email:ghost@acme.example')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/<owner> 'email:ghost@acme\.example': No agent has this handle: .+ --name/),
    });
    expect(await run('owners', 'set', ann, 'ghost')).toMatchObject({ err: expect.stringMatching(/<owner> 'ghost'/) });
    expect(await responsible()).toBeNull();
    const { id: agent } = await json<{ id: string }>('agents', 'add', di);
    expect(await run('owners', 'set', ann, di)).toMatchObject({ code: 0, out: `${di} is responsible.\n` });
    expect(await responsible()).toMatchObject({ id: agent });
  }, 180_000);

  it('says which handles are theirs, and which of two is none', async () => {
    expect(await run('links', 'add', ann, 'tel:12')).toMatchObject({
      code: 2,
      err: expect.stringContaining("<other> 'tel:12'"),
    });
    expect(await run('links', 'add', 'ann', 'tel:+14155550100')).toMatchObject({
      code: 2,
      err: expect.stringContaining("<handle> 'ann'"),
    });
    const { id } = await json<{ id: string }>('links', 'add', ann, 'tel:+14155550100');
    const handles = async () => (await json<Items<{ handles: unknown[] }>>('customers', '-q', 'ann')).items[0]!.handles;
    expect(await handles()).toHaveLength(2);
    expect(await run('links', 'remove', ann, id, '--reason', 'Another one')).toMatchObject({
      code: 0,
      out: 'Removed.\n',
    });
    expect(await handles()).toHaveLength(1);
  }, 180_000);

  it('lists what a customer was promised', async () => {
    const { items } = await eventually(async () => {
      const found = await json<Items<{ matter: string }>>('promises', 'list', ann);
      expect(found).toMatchObject({ items: [{ target: 'first-response', state: 'open' }] });
      return found;
    });
    const { out } = await run('promises', 'list', ann);
    expect(out).toMatch(new RegExp(`^${items[0]!.matter}  Ann Lee: The screen\n  first-response · due .+ · open · `));
  }, 180_000);

  it('says when people work and what is promised from now on, as files that are shown and set again', async () => {
    const [hours, promised] = [join(server.dir, 'hours.json'), join(server.dir, 'promised.json')];
    const day = [{ from: '09:00', to: '17:30' }];
    const week = { monday: day, tuesday: day, thursday: day, saturday: [] };
    await writeFile(hours, JSON.stringify({ zone: 'Europe/Berlin', hours: week, holidays: ['2026-12-25'] }));
    expect(await run('calendars', 'set', 'berlin', hours)).toMatchObject({ code: 0, err: '' });
    expect((await run('calendars', 'list')).out).toMatch(
      /^berlin +Europe\/Berlin +1 day +mon–tue 09:00–17:30 · thu 09:00–17:30$/m,
    );
    await writeFile(promised, JSON.stringify({ rules: [{ within: 'PT2H', calendar: 'berlin' }] }));
    expect(await run('policies', 'set', 'promise', promised)).toMatchObject({ code: 0, err: '' });
    const shown = await run('policies', 'show', 'promise');
    expect(JSON.parse(shown.out)).toEqual({ rules: [{ within: 'PT2H', calendar: 'berlin', automatic: 'ignored' }] });
    await writeFile(promised, shown.out);
    expect(await run('policies', 'set', 'promise', promised)).toMatchObject({ code: 0 });
    await writeFile(promised, JSON.stringify({ rules: [{ within: 'soon' }] }));
    expect(await run('policies', 'set', 'promise', promised)).toMatchObject({
      code: 2,
      err: expect.stringContaining('/rules/0/within'),
    });
  }, 180_000);

  it('ends a session once, with one outcome', async () => {
    for (const _ of ['once', 'again'])
      expect(await run('sessions', 'end', conversation, '--outcome', 'resolved')).toMatchObject({
        code: 0,
        out: 'It is over.\n',
      });
    expect(await run('sessions', 'end', conversation, '--outcome', 'lost')).toMatchObject({ code: 1 });
  }, 180_000);

  it('says of a tenant that there is not which option named it', async () =>
    expect(await run('status', '--tenant', 'nope')).toMatchObject({
      code: 1,
      err: "throughline: --tenant 'nope': There is no tenant nope.\n",
    }));

  it('says which version it is', async () =>
    expect(await run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) }));
});
