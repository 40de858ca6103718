import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InteractionInput } from '@throughline/contracts';
import { eventually } from '@throughline/testing';
import { asking, type Asking, told, type Told, withQuery } from './asking.ts';
import { listen } from './live.ts';
import { type Batch, type Captured, interaction } from './made.ts';
import { routesOf } from './routes.ts';
import { answersOf, type Brief, type Customer, type Entry, type Page, type Written } from './shapes.ts';
import { type Standalone, standalone } from './standalone.ts';

const ann = 'email:ann@lee.example';
const tel = 'tel:+14155550100';
const bo = 'email:bo@acme.example';
const cy = 'email:cy@acme.example';
const dora = 'email:dora@north.example';
const eve = 'email:eve@home.example';

let server: Standalone;
let ask: Asking;
let get: Told;
let head = 0;

const customer = (handle: string, name?: string) => ({ role: 'customer' as const, handle, name });
const agent = (handle: string) => ({ role: 'agent' as const, handle });
const at = (minute: number): string => new Date(Date.UTC(2026, 4, 4, 9, minute)).toISOString();

const said: InteractionInput[] = [
  interaction('1', {
    channel: 'email',
    occurredAt: at(0),
    subject: 'Broken screen',
    participants: [customer(ann, 'Ann Lee'), agent(bo)],
  }),
  interaction('2', {
    channel: 'email',
    direction: 'outbound',
    occurredAt: at(5),
    text: 'A courier comes.',
    participants: [customer(ann), agent(bo)],
  }),
  interaction('3', {
    channel: 'email',
    direction: 'outbound',
    occurredAt: at(9),
    text: 'This is Cy.',
    participants: [customer(ann), agent(cy)],
  }),
  interaction('4', { occurredAt: at(20), text: 'It works.', participants: [customer(ann)] }),
  interaction('5', { channel: 'phone', occurredAt: at(30), text: 'Called.', participants: [customer(tel)] }),
  interaction('6', {
    channel: 'phone',
    occurredAt: at(2),
    text: 'Called before.',
    participants: [customer(tel, 'A. Lee')],
  }),
  interaction('7', {
    channel: 'email',
    occurredAt: at(40),
    participants: [{ ...customer(dora, 'Dora Nørgård'), account: { key: 'north', name: 'North Ltd' } }, agent(bo)],
  }),
];

/** Writes, remembers how far everybody's reads have to be, and answers what was told. */
const write = async <Body extends { position: number } = Written>(path: string, json: unknown, method?: string) => {
  const body = await get<Body>(path, { json, method });
  head = Math.max(head, body.position);
  return body;
};

const customerBy = async (handle: string): Promise<Customer> => {
  const { items } = await get<Page<Customer>>(withQuery('/v1/customers', { handle, minPosition: head }));
  expect(items).toHaveLength(1);
  return items[0]!;
};
const idOf = async (handle: string): Promise<string> => (await customerBy(handle)).id;

const timelineOf = async (id: string, query = ''): Promise<readonly Entry[]> =>
  (await get<Page<Entry>>(`/v1/customers/${id}/timeline?minPosition=${head}&${query}`)).items;

const briefOf = (handle: string): Promise<Brief> => get<Brief>(withQuery('/v1/brief', { handle, minPosition: head }));

beforeAll(async () => {
  server = await standalone();
  ask = asking(server.url);
  get = told(ask);
  await get('/v1/own-addresses', { json: { domain: 'acme.example' } });
  const { results } = await get<Batch>('/v1/interactions:batch', { json: said });
  head = Math.max(...results.map(({ position }) => position!));
}, 90_000);
afterAll(() => server.kill());

describe('a customer', () => {
  it('is found by a handle, by the beginning of a name or an address, and by who was active last', async () => {
    expect(await customerBy(ann)).toMatchObject({
      name: 'Ann Lee',
      handles: [{ handle: ann }],
      owner: null,
      entries: 4,
    });
    const found = async (q: string) =>
      (await get<Page<Customer>>(withQuery('/v1/customers', { q, minPosition: head }))).items;
    for (const q of ['Ann Lee', 'an', 'LEE an', 'ann@lee.example', 'ann@l'])
      expect((await found(q)).map(({ handles }) => handles[0]?.handle)).toContain(ann);
    for (const q of ['norgard', 'Nørg', 'dora@no'])
      expect((await found(q)).map(({ name }) => name)).toEqual(['Dora Nørgård']);
    expect(await found('nobodyofthisname')).toEqual([]);
    const active = await get<Page<Customer>>('/v1/customers');
    expect(active.items.map(({ handles }) => handles[0]?.handle)).toEqual([dora, tel, ann]);
  });

  it('has a timeline, the newest first, page by page the same', async () => {
    const id = await idOf(ann);
    const whole = await timelineOf(id);
    expect(whole.map(({ text }) => text)).toEqual(['It works.', 'This is Cy.', 'A courier comes.', 'words of 1']);
    const pages: Entry[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor && `&cursor=${cursor}`;
      const page: Page<Entry> = await get<Page<Entry>>(`/v1/customers/${id}/timeline?limit=3${query}`);
      pages.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(whole);
  });

  it.each([
    ['the last e-mail that I sent this customer', `limit=1&channel=email&direction=outbound&participant=${bo}`, ['2']],
    ['a channel', 'channel=chat', ['4']],
    ['a direction', 'direction=inbound', ['4', '1']],
    ['a participant', `participant=${cy}`, ['3']],
    ['a time', `from=${at(5)}&to=${at(20)}`, ['3', '2']],
  ])('is asked in one call for %s', async (_, query, keys) => {
    const entries = await timelineOf(await idOf(ann), query);
    expect(entries).toMatchObject(keys.map((key) => ({ key })));
    expect(entries).toHaveLength(keys.length);
  });
});

describe('the brief', () => {
  const events = async (): Promise<Set<string>> => {
    const lines = (await get<string>('/v1/events')).split('\n').filter(Boolean);
    return new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id));
  };

  it('answers the four questions, each with events that there are or with the reason why not', async () => {
    // Routing answers by itself, a moment later: what is open waits in a queue, and has an answer due.
    const brief = await eventually(async () => {
      const { nextStep, ...answers } = await briefOf(ann);
      expect(nextStep.answer).not.toBeNull();
      return { nextStep, ...answers };
    });
    expect(brief.lastTalkedAbout.answer).toMatchObject({
      at: '2026-05-04T09:20:00Z',
      channel: 'chat',
      words: 'It works.',
    });
    expect(brief.happened.answer).toMatchObject({
      interactions: 4,
      byChannel: { email: 3, chat: 1 },
      inbound: 2,
      outbound: 2,
    });
    expect(brief.responsible.answer).toMatchObject({ of: 'matter', queue: { team: 'default' } });
    expect(brief.nextStep.answer).toMatchObject({ what: 'Answer the customer', team: 'default' });
    expect(brief.crm).toMatchObject({ answer: null, reason: expect.stringMatching(/\w/) });
    const known = await events();
    for (const { answer, events: cited } of answersOf(brief)) {
      if (answer) expect(cited.length).toBeGreaterThan(0);
      expect(cited.filter((event) => !known.has(event))).toEqual([]);
    }
    await eventually(async () =>
      expect(await get(`/v1/customers/${brief.customer.id}/brief`)).toEqual(await briefOf(ann)),
    );
  });

  it('tells the next step that a note names, and the note once, however often it is sent', async () => {
    const id = await idOf(ann);
    const json = { decided: 'A new screen', nextStep: { what: 'Send it', owner: bo, due: '2026-12-01T09:00:00Z' } };
    const headers = { 'idempotency-key': 'note-1', 'x-actor': 'bo' };
    const note = await get<Written>(`/v1/customers/${id}/notes`, { json, headers });
    head = note.position;
    expect(await get<Written>(`/v1/customers/${id}/notes`, { json, headers })).toEqual(note);
    const told = { what: 'Send it', owner: { handle: bo }, due: '2026-12-01T09:00:00Z' };
    expect((await briefOf(ann)).nextStep.answer).toMatchObject(told);
    // A task is made of it, once.
    const made = await eventually(async () => {
      const { nextStep } = await briefOf(ann);
      expect(nextStep.answer).toMatchObject({ ...told, task: expect.any(String) });
      return nextStep.answer!['task'] as string;
    });
    await write<{ position: number }>(`/v1/tasks/${made}/completion`, { outcome: 'Sent' });
    const notes = (await timelineOf(id)).filter(({ type }) => type === 'note');
    expect(notes).toMatchObject([{ id: note.event, note: { decided: 'A new screen' }, actor: 'bo' }]);
  });

  it('tells the task that is due first, until it is done', async () => {
    const id = await idOf(ann);
    const task = (what: string, due: string) => write(`/v1/customers/${id}/tasks`, { what, owner: bo, due });
    const later = await task('Ask how it goes', '2027-01-02T09:00:00Z');
    const first = await task('Order the screen', '2026-01-02T09:00:00Z');
    expect((await briefOf(ann)).nextStep).toMatchObject({
      answer: { what: 'Order the screen', task: first.id, owner: { handle: bo }, overdue: true },
      events: [first.event],
    });
    const tasks = async (state: string) => {
      const query = { state, owner: bo, customer: ann, minPosition: head };
      const { items } = await get<Page<{ id: string }>>(withQuery('/v1/tasks', query));
      return items.map((one) => one.id).filter((one) => one === first.id || one === later.id);
    };
    expect(await tasks('open')).toEqual([first.id, later.id]);
    await write<{ position: number }>(`/v1/tasks/${first.id}/completion`, { outcome: 'Ordered' });
    expect((await briefOf(ann)).nextStep).toMatchObject({ answer: { task: later.id, overdue: false } });
    expect([await tasks('open'), await tasks('completed')]).toEqual([[later.id], expect.arrayContaining([first.id])]);
    const again = await write<{ position: number }>(`/v1/tasks/${first.id}/completion`, { outcome: 'Ordered' });
    expect(again.position).toBeLessThanOrEqual(head);
    const decided = (await timelineOf(id, 'type=all')).filter(({ type }) => type.startsWith('task'));
    expect(decided.slice(0, 3).map(({ type }) => type)).toEqual(['task-completed', 'task', 'task']);
    expect((await ask('/v1/tasks/00000000-0000-8000-8000-000000000000/completion', { json: {} })).status).toBe(404);
  });

  it('tells who is responsible: for the customer, else for its account', async () => {
    const { id, accounts } = await customerBy(dora);
    expect(accounts).toMatchObject([{ key: 'north', name: 'North Ltd' }]);
    const ownerless = async (list: string) =>
      (await get<Page<{ id: string }>>(`/v1/${list}?owner=none&minPosition=${head}`)).items.map((one) => one.id);
    expect(await ownerless('customers')).toContain(id);
    expect(await ownerless('accounts')).toContain(accounts[0]!.id);

    const account = await write(`/v1/accounts/${accounts[0]!.id}/owner`, { owner: cy, name: 'Cy' });
    const responsible = async (owner: object, because: string | undefined) => {
      // At once by what was just said, and then because what is open went to them.
      const { answer, events } = (await briefOf(dora)).responsible;
      expect(answer).toMatchObject({ owner });
      if (answer!['of'] !== 'matter') expect(events).toContain(because);
      await eventually(async () =>
        expect((await briefOf(dora)).responsible.answer).toMatchObject({ of: 'matter', owner }),
      );
    };
    await responsible({ handle: cy, name: 'Cy' }, account.event);
    const own = await write(`/v1/customers/${id}/owner`, { owner: bo, name: 'Bo' });
    await responsible({ handle: bo, name: 'Bo' }, own.event);
    expect((await write(`/v1/customers/${id}/owner`, { owner: bo, name: 'Bo' })).event).toBe(own.event);
    expect(await ownerless('customers')).not.toContain(id);
    expect(await ownerless('accounts')).not.toContain(accounts[0]!.id);
    expect((await customerBy(dora)).owner).toMatchObject({ handle: bo, name: 'Bo' });

    await write(`/v1/customers/${id}/owner`, { owner: null });
    expect((await customerBy(dora)).owner).toBeNull();
    // What is open has somebody all the same.
    expect((await briefOf(dora)).responsible.answer).toMatchObject({ of: 'matter', owner: expect.anything() });
    expect((await timelineOf(id, 'type=all')).filter(({ type }) => type === 'owner')).toMatchObject([
      { owner: null },
      { owner: { handle: bo } },
    ]);
  });
});

describe('what a caller wrote', () => {
  it('can be read at once with its position', async () => {
    for (let n = 0; n < 20; n += 1) {
      const { position } = await write<Captured>(
        '/v1/interactions',
        interaction(`own-${n}`, { occurredAt: at(50 + n), participants: [customer(eve)] }),
      );
      const [newest] = await timelineOf(await idOf(eve), 'limit=1');
      expect(newest).toMatchObject({ key: `own-${n}`, position });
    }
    expect(await ask(`/v1/customers?minPosition=${head + 1_000}`)).toMatchObject({
      status: 422,
      body: { code: 'BeyondHead', errors: [{ pointer: '/minPosition' }] },
    });
  }, 20_000);

  it('is the same when it comes again under its key, wherever the documents say so', async () => {
    // What has a key of its own, is the same by what it says, or may be done again.
    const others = ['interactions', 'interactions:batch', 'emails', 'tenants', 'own-addresses', 'quarantine:retry', 'quarantine/{id}/retry', 'quarantine/{id}/dismiss',
      'parked/{id}/retry', 'connections/{id}/test', 'connections/{id}/pause', 'connections/{id}/resume', 'connections/{id}/rotate',
      'keys', 'retention/runs', 'ledger/checkpoints', 'ledger/verify',
      'projections/{name}/rebuild', 'projections/{name}/swap', 'projections/{name}/rollback']; // prettier-ignore
    const without = [...others.map((path) => `POST /v1/${path}`), 'DELETE /v1/own-addresses/{id}', 'DELETE /v1/parked/{id}', 'DELETE /v1/keys/{id}', 'DELETE /v1/connections/{id}', 'DELETE /v1/projections/{name}/beside', 'DELETE /v1/customers/{id}', 'DELETE /v1/customers/{id}/data']; // prettier-ignore
    const writes = (await routesOf(get)).filter(({ method }) => method !== 'GET');
    const [keyed, bare] = [true, false].map((is) =>
      writes.filter((one) => one.headers.includes('Idempotency-Key') === is),
    );
    expect(bare!.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(without.toSorted());
    expect(keyed!.length).toBeGreaterThan(30);
    const key = { 'idempotency-key': 'not a key' };
    expect((await ask('/v1/teams/support', { method: 'PUT', json: {}, headers: key })).body).toMatchObject({
      code: 'InvalidHeader',
    });
  });

  it('is of another kind once a person says so', async () => {
    const id = await idOf(ann);
    const [entry] = await timelineOf(id, 'channel=chat');
    expect(entry?.kind).toBeUndefined();
    await write(`/v1/interactions/${entry!.id}/kind`, { kind: 'sales' });
    expect(await timelineOf(id, 'kind=sales')).toMatchObject([{ id: entry!.id, kind: 'sales', text: 'It works.' }]);
    await write(`/v1/interactions/${entry!.id}/kind`, { kind: 'support' });
    expect(await timelineOf(id, 'kind=sales')).toEqual([]);
    expect(await timelineOf(id, 'kind=support')).toMatchObject([{ id: entry!.id }]);
  });

  it('is told to who listens, also to who comes back', async () => {
    const id = await idOf(tel);
    const url = `${server.url}/v1/customers/${id}/timeline/stream`;
    const say = (text: string) =>
      write<Captured>(
        '/v1/interactions',
        interaction(text, { text, occurredAt: at(1), participants: [customer(tel)] }),
      );
    const stream = await listen(`${url}?after=${head}`);
    await say('heard');
    const heard = await stream.next();
    expect(heard).toMatchObject({ id: String(head), entry: { text: 'heard' } });
    stream.end();
    await say('missed');
    await write<Captured>('/v1/interactions', interaction('of another', { participants: [customer(ann)] }));
    await say('missed as well');
    const back = await listen(url, { 'last-event-id': heard.id });
    expect((await back.next()).entry.text).toBe('missed');
    const last = await back.next();
    expect(last).toMatchObject({ id: String(head), entry: { text: 'missed as well' } });
    back.end();
  });
});

describe('a link', () => {
  /** A customer's own answer and timelines, as they go over the wire. */
  const wire = async (id: string): Promise<string[]> => {
    const paths = [`/v1/customers/${id}/timeline?limit=200&minPosition=${head}`, `/v1/customers/${id}/brief`];
    return Promise.all(paths.map(async (path) => JSON.stringify({ ...(await get<object>(path)), position: 0 })));
  };

  it('makes one customer of two, whose other id leads on; retracted, both are byte for byte as before', async () => {
    const [mine, other] = [await idOf(ann), await idOf(tel)];
    const before = [await wire(mine), await wire(other)];
    const lines = [await timelineOf(mine), await timelineOf(other)];
    expect(mine).not.toBe(other);

    const link = await write(`/v1/customers/${other}/links`, { handle: ann });
    const joined = await customerBy(tel);
    expect(joined).toMatchObject({ id: mine, handles: [{ handle: ann }, { handle: tel }] });
    const moved = await ask(`/v1/customers/${other}/timeline?limit=200`);
    expect([moved.status, moved.headers.get('location')]).toEqual([308, `/v1/customers/${mine}/timeline?limit=200`]);
    const together = await timelineOf(mine, 'limit=200');
    expect(new Set(together.map(({ id }) => id))).toEqual(new Set(lines.flat().map(({ id }) => id)));
    expect(together).toHaveLength(lines.flat().length);
    expect((await briefOf(tel)).happened.answer).toMatchObject({
      interactions: together.filter(({ type }) => type === 'interaction').length,
    });
    const whole = await get<Customer>(`/v1/customers/${mine}`);
    expect(whole.links).toMatchObject([{ id: link.id, rule: 'by-hand', state: 'active' }]);

    await write(`/v1/customers/${mine}/links/${link.id}`, { reason: 'Not the same' }, 'DELETE');
    expect(await idOf(tel)).toBe(other);
    expect([await wire(mine), await wire(other)]).toEqual(before);
    const retracted = await ask<{ code: string }>(`/v1/customers/${mine}/links/${link.id}`, { method: 'DELETE' });
    expect([retracted.status, retracted.body.code]).toEqual([409, 'LinkRetracted']);
  });

  it('can be retracted at once, under the id by which it was made', async () => {
    for (let n = 0; n < 5; n += 1) {
      const [older, younger] = [`email:older-${n}@links.example`, `email:younger-${n}@links.example`];
      for (const handle of [older, younger])
        await write<Captured>('/v1/interactions', interaction(handle, { participants: [customer(handle)] }));
      const id = await idOf(younger);
      const link = await write(`/v1/customers/${id}/links`, { handle: older });
      await write(`/v1/customers/${id}/links/${link.id}`, undefined, 'DELETE');
      expect(await idOf(younger)).toBe(id);
    }
  });
});

describe('an account', () => {
  it('is told by its key and name, and has a timeline of its own', async () => {
    const { accounts } = await customerBy(dora);
    const { id } = accounts[0]!;
    expect(await get(`/v1/accounts/${id}`)).toMatchObject({ id, key: 'north', name: 'North Ltd', customers: 1 });
    expect((await get<Page<{ id: string }>>('/v1/accounts?q=Nor')).items.map((one) => one.id)).toEqual([id]);
    const { items } = await get<Page<Entry>>(`/v1/accounts/${id}/timeline?limit=200`);
    expect(items).toMatchObject([{ key: '7', participants: [{ handle: dora }, { handle: bo }] }]);
    expect((await ask('/v1/accounts/00000000-0000-8000-8000-000000000000/timeline')).status).toBe(404);
  });
});

describe('search', () => {
  const texts: Record<string, [text: string, query: string]> = {
    English: ['The parcels were late again', 'parcel'],
    German: ['Die Überweisung für den Kühlschrank fehlt', 'uberweisung'],
    French: ['L’écran s’est cassé hier après-midi', 'ecran'],
    Greek: ['Η οθόνη έσπασε χθες', 'οθονη'],
    Russian: ['Экран разбился сегодня утром', 'экран'],
    Arabic: ['وصلت الشاشة مكسورة', 'الشاشة'],
    Hindi: ['स्क्रीन टूट गई है', 'स्क्रीन'],
    Japanese: ['請求書がまだ届いていません', '請求書'],
    Chinese: ['屏幕在运输途中损坏了', '屏幕'],
    Thai: ['หน้าจอแตกเมื่อวานนี้', 'หน้าจอ'],
    Turkish: ['İade işlemi ne zaman başlar', 'iade'],
  };
  const handleOf = (language: string) => `email:${language.toLowerCase()}@words.example`;

  beforeAll(async () => {
    const items = Object.entries(texts).map(([language, [text]]) =>
      interaction(`search-${language}`, { text, participants: [customer(handleOf(language))] }),
    );
    const { results } = await get<Batch>('/v1/interactions:batch', { json: items });
    head = Math.max(...results.map(({ position }) => position!));
  });

  it.each(Object.entries(texts))('finds words in %s', async (language, [text, q]) => {
    const path = withQuery('/v1/search', { q, minPosition: head });
    const { items } = await get<Page<{ customer: Customer; entry: Entry }>>(path);
    expect(items).toMatchObject([{ customer: { handles: [{ handle: handleOf(language) }] }, entry: { text } }]);
  });

  it('wants all the words, and finds none that nobody wrote', async () => {
    for (const q of ['parcel Überweisung', 'zyxwvut'])
      expect(await get(withQuery('/v1/search', { q }))).toEqual({ items: [], nextCursor: null });
  });
});
