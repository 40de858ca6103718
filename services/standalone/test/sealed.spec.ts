import { credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerServiceClient, type ReplayResponse } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { TimelineServiceClient } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { endpointsOf, rightsOf } from '@throughline/host';
import { eventually } from '@throughline/testing';
import { asking, type Asking, told, type Told, withQuery } from './asking.ts';
import { guarded } from './guarded.ts';
import { type Captured, interaction } from './made.ts';
import { filled, routesOf } from './routes.ts';
import type { Brief, Customer, Entry, Page } from './shapes.ts';

const ann = 'email:zqann@example.com';
const bo = 'email:zqbo@acme.example';
// No shorter ones: signatures are random letters as well.
const words = /zq(ann|bo|text|subject|note|step|detail|other|lee)/i;

let on: Awaited<ReturnType<typeof guarded>>;
let ask: Asking;
let get: Told;
let customer: string;
let account: string;

const as = (...roles: string[]) => ({ authorization: `Bearer ${on.oidc.token({ roles, tenant: 'one', sub: roles.join() })}` }); // prettier-ignore
const everybody = () => as('supervisor', 'analyst', 'operator', 'connector');

beforeAll(async () => {
  on = await guarded();
  ask = asking(on.urls.http);
  get = told(ask);
  const first = { authorization: `Bearer ${on.oidc.token({ roles: ['operator'] })}` };
  await get('/v1/tenants', { json: { name: 'one' }, headers: first });
  const headers = everybody();
  const write = <Body = { position: number }>(path: string, json: unknown, method = 'POST') => get<Body>(path, { method, json, headers }); // prettier-ignore
  await write('/v1/agents', { handle: bo });
  await write('/v1/teams/support', { channels: ['chat'], fallback: { handle: bo, name: 'Zqbo' } }, 'PUT');
  const participants = [
    { role: 'customer' as const, handle: ann, name: 'Zqann', account: { key: 'zqlee', name: 'Zqlee' } },
    { role: 'agent' as const, handle: bo, name: 'Zqbo' },
  ];
  const said = interaction('1', { participants, subject: 'zqsubject', text: 'zqtext', details: { zq: 'zqdetail' } });
  const { position } = await write<Captured>('/v1/interactions', said);
  const { items } = await get<Page<Customer>>(withQuery('/v1/customers', { handle: ann, minPosition: position }), { headers }); // prettier-ignore
  [customer, account] = [items[0]!.id, items[0]!.accounts[0]!.id];
  const of = `/v1/customers/${customer}`;
  await get('/v1/emails?file=zqtext.eml', { headers, mail: 'Subject: zqsubject\r\n\r\nOf nobody.' });
  await write(`${of}/notes`, { text: 'zqnote', nextStep: { what: 'zqstep', owner: bo, due: '2027-01-02T09:00:00Z' } });
  await write(`${of}/links`, { handle: 'email:zqother@example.com' });
  const last = await write(`${of}/owner`, { owner: bo });
  await eventually(async () => {
    const brief = await get<Brief>(withQuery('/v1/brief', { handle: ann, minPosition: last.position }), { headers });
    expect(brief.nextStep.answer).not.toBeNull();
  });
}, 120_000);
afterAll(() => on.stop());

const needed = (): Record<string, string> => ({
  '/v1/brief': `handle=${ann}`,
  '/v1/gists': `of=${customer}`,
  '/v1/overview': 'to=2027-01-01T00:00:00Z&bucket=month',
  '/v1/customers/{id}/timeline': 'type=all',
});

/** All that somebody with these roles can read, by path. */
const seen = async (roles: readonly string[]): Promise<Map<string, string>> => {
  const held = rightsOf(roles as never, 'one');
  const needs = new Map(endpointsOf(on.app).map((one) => [one.id, one.needs]));
  const routes = (await routesOf(get)).filter(({ method, path, id }) => {
    const rights = needs.get(id);
    return method === 'GET' && path.startsWith('/v1') && !path.endsWith('/stream') && Array.isArray(rights) && rights.every((right) => held.has(right)); // prettier-ignore
  });
  const found = new Map<string, string>();
  for (const route of routes) {
    const path = filled(route, () => (route.path.startsWith('/v1/accounts') ? account : customer));
    const { status, body } = await ask(`${path}?${needed()[route.path] ?? ''}`, { headers: as(...roles) });
    if (status < 300) found.set(route.path, typeof body === 'string' ? body : JSON.stringify(body));
  }
  return found;
};

describe('what is sealed', () => {
  it.each([[['analyst']], [['operator']], [['analyst', 'operator', 'connector']]])(
    'is nowhere to be read by %j, and what is left out is marked',
    async (roles) => {
      const found = await seen(roles);
      expect(found.size).toBeGreaterThan(8);
      expect([...found].filter(([, text]) => words.test(text)).map(([path]) => path)).toEqual([]);
      const { items } = await get<Page<Entry & { sealed?: true }>>(`/v1/customers/${customer}/timeline?type=all`, { headers: as(...roles) }); // prettier-ignore
      expect(items.find(({ type }) => type === 'interaction')).toMatchObject({ sealed: true, channel: 'chat' });
      expect(items.find(({ type }) => type === 'note')).toMatchObject({ sealed: true });
      expect(await get(`/v1/customers/${customer}`, { headers: as(...roles) })).toMatchObject({ sealed: true });
    },
  );

  it('is read by whom it is opened for', async () => {
    const [reader, both] = [await seen(['reader']), await seen(['reader', 'analyst'])];
    for (const path of [
      '/v1/brief',
      '/v1/customers',
      '/v1/gists',
      '/v1/customers/{id}/timeline',
      '/v1/accounts',
      '/v1/teams',
    ])
      expect([path, reader.get(path)]).toEqual([path, expect.stringMatching(words)]);
    expect(both.get('/v1/events')).toMatch(/zqtext/);
    expect(JSON.stringify([...both.values()])).not.toContain('"sealed"');
  });

  it('stays so over gRPC and in server-sent events', async () => {
    const client = new TimelineServiceClient(on.urls.grpc!, credentials.createInsecure());
    const timeline = async (...roles: string[]): Promise<string> => {
      const metadata = new Metadata();
      metadata.set('authorization', as(...roles).authorization);
      const by = { by: { $case: 'id' as const, value: customer } };
      let text = '';
      for await (const one of client.streamTimeline({ customer: by, filter: undefined, cursor: undefined, minPosition: undefined }, metadata)) text += JSON.stringify(one, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part)); // prettier-ignore
      return text;
    };
    expect(await timeline('reader')).toMatch(words);
    expect(await timeline('analyst')).not.toMatch(words);
    expect(await timeline('analyst')).toContain('sealed');
    client.close();

    const ending = new AbortController();
    const path = `${on.urls.http}/v1/customers/${customer}/timeline/stream?after=0`;
    const { body } = await fetch(path, { headers: as('analyst'), signal: ending.signal });
    let text = '';
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.includes('"type":"note"')) break;
    }
    ending.abort();
    expect(text).toContain('"sealed":true');
    expect(text).not.toMatch(words);
  });
});

describe('a replay', () => {
  const replayed = async (...roles: string[]): Promise<ReplayResponse['events']> => {
    const client = new LedgerServiceClient(on.urls.grpc!, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('authorization', as(...roles).authorization);
    const events: ReplayResponse['events'] = [];
    for await (const answer of client.replay({ types: [], follow: false }, metadata)) events.push(...(answer as ReplayResponse).events); // prettier-ignore
    client.close();
    return events;
  };
  const latest = async () => (await get<Page<Audited>>('/v1/audit', { headers: as('operator') })).items[0];

  it('is sealed as it is stored, and on record where it is opened', async () => {
    const before = await latest();
    const stored = await replayed('analyst');
    // Base64 may have two such letters as well.
    expect(JSON.stringify(stored.map(({ data }) => data))).not.toMatch(words);
    expect(stored.some(({ data }) => 'sealed' in (JSON.parse(data) as object))).toBe(true);
    expect(await latest()).toEqual(before);
    const opened = await replayed('reader', 'analyst');
    expect(opened.map(({ data }) => data).join()).toMatch(/zqtext/);
    const said = { actor: 'reader,analyst', what: 'replay', count: opened.length, endedAt: expect.any(String) };
    await eventually(async () => expect(await latest()).toMatchObject(said));
  });
});

type Audited = { actor: string; what: string; detail: { after: number }; count: number; endedAt: string | null };

describe('the audit', () => {
  const audits = async () => (await get<Page<Audited>>('/v1/audit', { headers: as('operator') })).items;

  it('tells who opened events in bulk, which and how many; and nothing where they stayed sealed', async () => {
    const before = await audits();
    await get('/v1/events', { headers: as('analyst') });
    expect(await audits()).toEqual(before);
    const opened = await get<string>('/v1/events?after=1', { headers: as('reader', 'analyst') });
    const count = opened.trim().split('\n').length;
    await eventually(async () =>
      expect((await audits())[0]).toMatchObject({
        actor: 'reader,analyst',
        what: 'events',
        detail: { after: 1, follow: false },
        count,
        endedAt: expect.any(String),
      }),
    );
  });

  it('counts what goes on before it is sent, and ends when its reader is gone', async () => {
    const ending = new AbortController();
    const { body } = await fetch(`${on.urls.http}/v1/events?follow=true`, { headers: as('reader', 'analyst'), signal: ending.signal }); // prettier-ignore
    await body!.getReader().read();
    const [going] = await audits();
    expect(going).toMatchObject({ endedAt: null, detail: { follow: true } });
    expect(going!.count).toBeGreaterThan(3);
    ending.abort();
    await eventually(async () => expect((await audits())[0]!.endedAt).not.toBeNull());
  });

  it('is of the tenant alone', async () => {
    const elsewhere = { authorization: `Bearer ${on.oidc.token({ roles: ['operator'] })}` };
    expect(await get('/v1/audit', { headers: elsewhere })).toEqual({ items: [], nextCursor: null });
  });
});
