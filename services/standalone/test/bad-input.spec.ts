import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ask, asking, type Asking, told, type Told, withQuery } from './asking.ts';
import { type Batch, type Captured, interaction, mail, type Problem } from './made.ts';
import { routesOf } from './routes.ts';
import type { Brief, Entry, Page } from './shapes.ts';
import { type Standalone, standalone } from './standalone.ts';
import { saidTo, stalled, statusIn } from './wire.ts';

let server: Standalone;
let ask: Asking;
let get: Told;
/** What was acknowledged, at any time; at the end all of it must be there. */
const acked = new Map<string, number>();

const capture = async (json: unknown): Promise<Captured> => {
  const { body, status } = await ask<Captured>('/v1/interactions', { json });
  expect(status).toBe(201);
  acked.set(body.id, body.position);
  return body;
};

/** The problem that a request is; what is a problem says so in its type and repeats its status. */
const problemOf = async (path: string, more: Ask): Promise<Problem> => {
  const { status, headers, body } = await ask<Problem>(path, more);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body).toMatchObject({
    status,
    type: expect.stringMatching(/^\/problems\//),
    title: expect.stringMatching(/\w/),
  });
  return body;
};

const raw = (path: string, body: string | Buffer, type = 'application/json', headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': type, ...headers },
  });

const quarantined = async (text: string | Buffer): Promise<string> => {
  const { status, body } = await ask<{ outcome: string; id: string; reason: string }>('/v1/emails', {
    mail: typeof text === 'string' ? text : new Uint8Array(text),
  });
  expect([status, body.outcome]).toEqual([202, 'quarantined']);
  const kept = await get<{ bytes: string }>(`/v1/quarantine/${body.id}`);
  expect(Buffer.from(kept.bytes, 'base64').equals(Buffer.from(text))).toBe(true);
  return body.reason;
};

const captureMail = async (text: string): Promise<Entry> => {
  const { status, body } = await ask<Captured>('/v1/emails', { mail: text });
  expect([status, body.outcome]).toEqual([201, 'captured']);
  acked.set(body.id, body.position);
  const { customer } = await get<Brief>(
    withQuery('/v1/brief', { handle: 'email:ann@example.com', minPosition: body.position }),
  );
  const { items } = await get<Page<Entry>>(`/v1/customers/${customer.id}/timeline?limit=200`);
  return items.find(({ id }) => id === body.id)!;
};

const from = { From: 'Ann <ann@example.com>', To: 'help@acme.example', Date: 'Mon, 4 May 2026 09:30:00 +0000' };

beforeAll(async () => {
  server = await standalone({ env: { LOG_LEVEL: 'info' } });
  ask = asking(server.url);
  get = told(ask);
  for (let n = 0; n < 20; n += 1) await capture(interaction(`before-${n}`));
}, 90_000);
afterAll(() => server.kill());

describe('an interaction', () => {
  const fine = interaction('bad');
  const of = (more: object) => ({ ...fine, ...more });
  const party = (handle: string) => ({ participants: [{ role: 'customer', handle }] });
  const deep = (depth: number): unknown => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));
  const wrong: [name: string, body: unknown, pointer: string, reason: RegExp][] = [
    ['an unknown channel', of({ channel: 'fax' }), '/channel', /email, phone/],
    ['an unknown direction', of({ direction: 'up' }), '/direction', /inbound/],
    ['a date in the year 99999', of({ occurredAt: '99999-01-01T00:00:00Z' }), '/occurredAt', /RFC 3339/],
    ['a date that is a number', of({ occurredAt: 1_777_887_000 }), '/occurredAt', /text/],
    ['31 February', of({ occurredAt: '2026-02-31T00:00:00Z' }), '/occurredAt', /RFC 3339/],
    ['2 MiB of text', of({ text: 'x'.repeat(2 ** 21) }), '/text', /1 MiB.*attachment/],
    ['1 MiB in characters of four bytes', of({ text: '😀'.repeat(2 ** 18 + 1) }), '/text', /1 MiB/],
    ['a lone surrogate', of({ text: 'a\ud800' }), '/text', /surrogate/],
    [
      'a lone surrogate in a name',
      of({ participants: [{ role: 'customer', handle: 'email:a@b.example', name: '\udc00' }] }),
      '/participants/0/name',
      /surrogate/,
    ],
    ['U+0000', of({ subject: 'a\0b' }), '/subject', /U\+0000/],
    ['a line break in a key', of({ key: 'a\r\nb' }), '/key', /control/],
    ['a handle in a wrong namespace', of(party('e-mail:ann@example.com')), '/participants/0/handle', /namespace/],
    ['a handle without a value', of(party('email:')), '/participants/0/handle', /namespace and a value/],
    ['an address that is none', of(party('email:ann')), '/participants/0/handle', /\w/],
    ['a phone number that is none', of(party('tel:123')), '/participants/0/handle', /\w/],
    ['nobody', of({ participants: [] }), '/participants', /\w/],
    [
      '1 001 people',
      of({ participants: Array.from({ length: 1_001 }, (_, at) => ({ role: 'other', handle: `app:${at}` })) }),
      '/participants',
      /1.?000/,
    ],
    ['a field that there is not', of({ colour: 'red' }), '/colour', /\w/],
    [
      'a role that there is not',
      of({ participants: [{ role: 'boss', handle: 'app:1' }] }),
      '/participants/0/role',
      /customer/,
    ],
    ['details that are nested too deep', of({ details: deep(40) }), '/details', /32 deep/],
    [
      'details nested a hundred thousand deep',
      `${JSON.stringify(fine).slice(0, -1)},"details":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}}`,
      '/details',
      /32 deep/,
    ],
    [
      'a number without end',
      `${JSON.stringify(fine).slice(0, -1)},"attachments":[{"size":1e999}]}`,
      '/attachments/0/size',
      /\w/,
    ],
    [
      'a number without end in its details',
      `${JSON.stringify(fine).slice(0, -1)},"details":{"a":[1e999]}}`,
      '/details',
      /too large/,
    ],
    ['a list', [fine], '', /\w/],
    ['null', null, '', /\w/],
    ['a text', 'text', '', /\w/],
    ['nothing', '', '', /\w/],
  ];

  it.each(wrong)('is refused for %s, by field and reason', async (_, body, pointer, reason) => {
    const response = await raw(
      '/v1/interactions',
      typeof body === 'string' && body !== 'text' ? body : JSON.stringify(body),
    );
    const problem = (await response.json()) as Problem;
    expect(response.status).toBe(422);
    expect(problem.errors).toContainEqual({ pointer, reason: expect.stringMatching(reason) });
    expect(problem.detail.length).toBeLessThan(1_000);
  });

  it('is told everything that is wrong with it at once', async () => {
    const { errors } = await problemOf('/v1/interactions', { json: { channel: 'fax', participants: [{}], extra: 1 } });
    const pointers = errors!.map(({ pointer }) => pointer);
    for (const pointer of ['/channel', '/participants/0/handle', '/extra', '/source', '/key'])
      expect(pointers).toContain(pointer);
  });

  it.each([
    ['invalid JSON', '{"source": "a",', 'application/json', 400, 'MalformedBody'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'application/json', 400, 'MalformedBody'],
    ['a key __proto__', '{"__proto__":{"source":"a"}}', 'application/json', 400, 'MalformedBody'],
    [
      'a key __proto__ below',
      `{"details":{"a":[{"__proto__":{"polluted":true}}]}}`,
      'application/json',
      400,
      'MalformedBody',
    ],
    ['another type', 'source=a', 'application/x-www-form-urlencoded', 415, 'UnsupportedMediaType'],
    [
      'XML',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
      'application/xml',
      415,
      'UnsupportedMediaType',
    ],
    ['no type at all', '{}', '', 415, 'UnsupportedMediaType'],
    ['a million opening brackets', '['.repeat(1e6), 'application/json', 400, 'MalformedBody'],
  ])('is refused as %s', async (_, body, type, status, code) => {
    const response = await raw('/v1/interactions', body, type);
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([status, code]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('is not unpacked: a compressed body is none that is taken', async () => {
    const response = await raw('/v1/interactions', gzipSync(Buffer.alloc(64 * 2 ** 20)), 'application/json', {
      'content-encoding': 'gzip',
    });
    expect([400, 415]).toContain(response.status);
  });

  it('is refused over 64 MiB', async () => {
    const response = await raw('/v1/interactions', Buffer.alloc(65 * 2 ** 20, ' ')).catch(() => undefined);
    // The connection may be cut while the rest is still being sent.
    if (response) expect([response.status, ((await response.json()) as Problem).code]).toEqual([413, 'BodyTooLarge']);
  });

  it('keeps what only looks dangerous as the text that it is', async () => {
    const text = `<script>alert(1)</script><img src=x onerror=alert(2)>'; drop table ledger.event; --\u202e{{7*7}}\${1}`;
    const details = {
      constructor: { prototype: { polluted: 1 } },
      toString: 'x',
      'a\u0000b': 1,
      n: Number.MAX_SAFE_INTEGER,
    };
    const participants = [{ role: 'customer' as const, handle: 'email:text@example.com', name: '<b>"Ann"</b>' }];
    const { position, id } = await capture(interaction('text', { text, subject: text, details, participants }));
    const { customer } = await get<Brief>(
      withQuery('/v1/brief', { handle: 'email:text@example.com', minPosition: position }),
    );
    const { items } = await get<Page<Entry>>(`/v1/customers/${customer.id}/timeline`);
    expect(items).toMatchObject([{ id, text, subject: text, details, participants }]);
  });

  it('is one fact under its key, and another content under it is refused', async () => {
    const { id, position } = await capture(interaction('key'));
    const again = await ask<Captured>('/v1/interactions', { json: interaction('key') });
    expect(again).toMatchObject({ status: 200, body: { outcome: 'duplicate', id, position } });
    const other = await problemOf('/v1/interactions', { json: interaction('key', { text: 'Another content' }) });
    expect(other).toMatchObject({ status: 409, code: 'IdReused' });
  });

  it('takes the last of two equal keys, as every reader of JSON here does', async () => {
    const response = await raw(
      '/v1/interactions',
      JSON.stringify(interaction('twice')).replace('{', '{"text":"first",'),
    );
    const { id, position } = (await response.json()) as Captured;
    acked.set(id, position);
    expect(await ask('/v1/interactions', { json: interaction('twice') })).toMatchObject({ status: 200, body: { id } });
  });
});

describe('a batch', () => {
  it('has at most 10 000 items', async () => {
    const many = Array.from({ length: 10_001 }, () => 0);
    for (const more of [{ json: many }, { ndjson: many.join('\n') }])
      expect(await problemOf('/v1/interactions:batch', more)).toMatchObject({
        status: 422,
        errors: [{ pointer: '', reason: expect.stringContaining('10 000') }],
      });
  });

  it('answers each item; a bad one harms no other', async () => {
    const lines = [
      '{"a":',
      'null',
      '{"__proto__":{}}',
      `${'['.repeat(2e5)}${']'.repeat(2e5)}`,
      '"\\ud800"',
      JSON.stringify(interaction('line', { text: 'a\ud800' })),
      JSON.stringify(interaction('line')),
    ];
    const { counts, results } = await get<Batch>('/v1/interactions:batch', { ndjson: lines.join('\n') });
    expect(counts).toEqual({ captured: 1, duplicate: 0, rejected: 6 });
    for (const { problem } of results.slice(0, 6))
      expect(problem!.errors!.length + problem!.detail.length).toBeGreaterThan(1);
    expect(results[5]!.problem!.errors).toMatchObject([
      { pointer: '/text', reason: expect.stringContaining('surrogate') },
    ]);
    acked.set(results[6]!.id!, results[6]!.position!);
  });
});

describe('a mail', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20))
    .toString('base64')
    .replaceAll(/.{76}/g, '$&\r\n');
  const parts = (...all: string[]) => [...all.flatMap((part) => ['--part', part]), '--part--'].join('\r\n');
  const mixed = { ...from, 'Content-Type': 'multipart/mixed; boundary=part' };

  it('that ends in the middle of a part is captured as far as it goes', async () => {
    const cut = mail(
      { ...mixed, 'Message-ID': '<cut@example.com>' },
      parts(
        'Content-Type: text/plain\r\n\r\nWords that are there.',
        'Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KG',
      ).slice(0, -12),
    );
    expect((await captureMail(cut)).text).toBe('Words that are there.');
  });

  it('with an attachment made to explode is captured, the attachment unopened', async () => {
    const attachment = `Content-Type: application/gzip; name=bomb.gz\r\nContent-Transfer-Encoding: base64\r\n\r\n${bomb}`;
    const entry = await captureMail(
      mail({ ...mixed, 'Message-ID': '<bomb@example.com>' }, parts('\r\nLook!', attachment)),
    );
    expect(entry).toMatchObject({ text: 'Look!', attachments: [{ name: 'bomb.gz', mediaType: 'application/gzip' }] });
    expect((entry as { attachments?: { size: number }[] }).attachments![0]!.size).toBeLessThan(100_000);
  });

  it('with 10 000 recipients is quarantined with its bytes', async () => {
    const To = Array.from({ length: 10_000 }, (_, at) => `p${at}@many.example`).join(',\r\n ');
    expect(await quarantined(mail({ ...from, To, 'Message-ID': '<many@example.com>' }))).toMatch(/participants/);
  });

  it.each([
    ['without a sender', mail({ To: 'help@acme.example' }), /sender/],
    [
      'of parts in parts without end',
      mail(
        { ...from, 'Content-Type': 'multipart/mixed; boundary=b0' },
        Array.from(
          { length: 400 },
          (_, at) => `--b${at}\r\nContent-Type: multipart/mixed; boundary=b${at + 1}\r\n\r\n`,
        ).join(''),
      ),
      /nested/,
    ],
    ['that is no mail', Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 7919) % 256)), /\w/],
    ['with 3 MiB of headers', mail({ ...from, 'X-Long': 'x'.repeat(3 * 2 ** 20) }), /header/],
    ['of a million lines', mail(from, '\r\n'.repeat(1e6)), /lines/],
  ])('%s is quarantined with its bytes', async (_, text, reason) => {
    expect(await quarantined(text)).toMatch(reason);
  });

  it('of HTML and scripts is the text that a reader sees', async () => {
    const html =
      '<style>p{}</style><script>alert(1)</script><p onclick="x()">Hello <b>you</b></p><img src="http://x.example/y.gif">';
    const entry = await captureMail(
      mail(
        {
          ...from,
          'Message-ID': '<html@example.com>',
          Subject: '<script>alert(2)</script>',
          'Content-Type': 'text/html',
        },
        html,
      ),
    );
    expect(entry).toMatchObject({ text: 'Hello you', subject: '<script>alert(2)</script>' });
  });

  it('with U+0000, an unknown charset and headers within headers is captured', async () => {
    const text = mail(
      {
        ...from,
        'Message-ID': '<odd@example.com>',
        Subject: '=?utf-8?q?a=00b=0D=0ABcc:_x@y.example?=',
        'Content-Type': 'text/plain; charset=x-klingon',
      },
      'a\0b',
    );
    const entry = await captureMail(text);
    expect(`${entry.subject} ${entry.text}`).not.toContain('\0');
    expect(entry.subject).not.toContain('\n');
    expect(entry.participants.map(({ handle }) => handle)).toEqual([
      'email:ann@example.com',
      'email:help@acme.example',
    ]);
  });

  it('of nothing, or over 32 MiB, is refused', async () => {
    expect(
      (await problemOf('/v1/emails', { method: 'POST', headers: { 'content-type': 'message/rfc822' } })).status,
    ).toBe(400);
    const large = await raw('/v1/emails', Buffer.alloc(33 * 2 ** 20, 'x'), 'message/rfc822').catch(() => undefined);
    if (large) expect(large.status).toBe(413);
    expect((await problemOf('/v1/emails', { json: {} })).status).toBe(415);
  });
});

describe('a request', () => {
  it('for a tenant that there is not is refused by its name', async () => {
    const { status, code, detail } = await problemOf('/v1/interactions', { json: interaction('x'), tenant: 'nobody' });
    expect([status, code]).toEqual([404, 'TenantUnknown']);
    expect(detail).toContain('nobody');
  });

  it('by another method is told which ones there are', async () => {
    const paths = Map.groupBy(await routesOf(get), ({ path }) => path);
    expect(paths.size).toBeGreaterThan(30);
    for (const [path, routes] of paths) {
      const filled = path.replaceAll(/\{\w+\}/g, '00000000-0000-8000-8000-000000000000');
      for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'GET'].filter((one) =>
        routes.every((route) => route.method !== one),
      )) {
        const { status, headers, body } = await ask<Problem>(filled, { method });
        const others = [...paths.keys()].filter((other) =>
          new RegExp(`^${other.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
        );
        if (others.some((other) => paths.get(other)!.some((route) => route.method === method))) continue;
        expect([method, path, status, body.code]).toEqual([method, path, 405, 'MethodNotAllowed']);
        for (const route of routes) expect(headers.get('allow')).toContain(route.method);
      }
    }
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=99999999999999999999', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['limit[]=1', '/limit[]'],
    ['cursor=eyJhIjoxfQ', '/cursor'],
    ['cursor=%00', '/cursor'],
    ['minPosition=1e3', '/minPosition'],
    ['q=' + 'x'.repeat(600), '/q'],
    ['__proto__=1', '/__proto__'],
    ['constructor=1', '/constructor'],
    ['handle=%00', '/handle'],
  ])('with %s names the parameter', async (query, pointer) => {
    const { status, errors } = await problemOf(`/v1/customers?${query}`, {});
    expect([status, errors![0]!.pointer]).toEqual([400, pointer]);
  });

  it.each([
    '/v1/customers/1',
    '/v1/customers/..%2f..%2fetc',
    "/v1/customers/'%20or%201=1",
    '/v1/customers/%00',
    '/v1/customers/%ff/timeline',
    '/v1/nothing',
    '/v1/customers/x/y/z',
  ])('to %s is refused', async (path) => expect([400, 404]).toContain((await problemOf(path, {})).status));

  it.each([
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '//etc/passwd',
    '/.git/config',
    '/assets/%00.js',
    '/....//....//etc/passwd',
    '/C:/windows/win.ini',
  ])('reads no file beside the page: %s', async (path) => {
    const said = await saidTo(server.url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect([400, 403, 404]).toContain(statusIn(said));
    expect(said).not.toMatch(/root:|workspaces|\[core\]/);
  });

  const host = 'Host: localhost\r\n';
  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400],
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), 400],
    ['headers over 16 KiB', `GET /health/live HTTP/1.1\r\n${host}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['an address of 20 000 characters', `GET /v1/${'x'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431],
    ['two lengths', `POST /v1/interactions HTTP/1.1\r\n${host}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    [
      'a length and chunks',
      `POST /v1/interactions HTTP/1.1\r\n${host}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'a chunk of no size',
      `POST /v1/interactions HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
      400,
    ],
    ['a header with U+0000', `GET /v1/customers HTTP/1.1\r\n${host}X-Actor: a\0b\r\n\r\n`, 400],
    [
      'a header that breaks its line',
      `GET /v1/customers HTTP/1.1\r\n${host}X-Actor: a\n\r\rX-Tenant: one\r\n\r\n`,
      400,
    ],
    ['an actor that no log should have', `GET /v1/customers HTTP/1.1\r\n${host}X-Actor: \x1b[2J\r\n\r\n`, 400],
    ['another server’s name', 'GET /v1/customers HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 421],
    ['no name', 'GET /v1/customers HTTP/1.1\r\n\r\n', 400],
    [
      'a page elsewhere that writes',
      `POST /v1/tenants HTTP/1.1\r\n${host}Origin: http://evil.example\r\nContent-Type: application/json\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{"name":"evil"}`,
      403,
    ],
    ['a method that there is not', `TRACE /v1/customers HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 405],
  ])('with %s is refused', async (_, bytes, status) => {
    expect(statusIn(await saidTo(server.url, bytes))).toBe(status);
  });

  it('splits no answer: what came in a header does not go out as one', async () => {
    const { headers } = await ask('/v1/customers', {
      headers: { 'x-actor': 'a', 'last-event-id': 'x%0d%0aset-cookie: a=b' },
    });
    expect(headers.get('set-cookie')).toBeNull();
    const moved = await saidTo(
      server.url,
      `GET /v1/customers/%0d%0aset-cookie:%20a=b HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    );
    expect(moved).not.toMatch(/^set-cookie/im);
  });

  it('that never ends holds up nobody, and is given up with its connection', async () => {
    const body = JSON.stringify(interaction('never'));
    const head = `POST /v1/interactions HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const slow = await Promise.all(Array.from({ length: 200 }, () => stalled(server.url, head + body.slice(0, 40))));
    await capture(interaction('meanwhile'));
    for (const { end } of slow) end();
    await Promise.all(slow.map(({ closed }) => closed));
    await capture(interaction('afterwards'));
    expect((await ask<Captured>('/v1/interactions', { json: interaction('never') })).body.outcome).toBe('captured');
  });
});

describe('after all that', () => {
  it('the same process answers, nothing went wrong inside it, and what was acknowledged is there', async () => {
    expect(server.child.exitCode).toBeNull();
    const lines = (await get<string>('/v1/events')).split('\n').filter(Boolean);
    const stored = new Map(lines.map((line) => JSON.parse(line) as Captured).map(({ id, position }) => [id, position]));
    expect([...acked].filter(([id, position]) => stored.get(id) !== position)).toEqual([]);
    expect(acked.size).toBeGreaterThan(25);
    expect(await get('/v1/status')).toMatchObject({ ready: true, counts: { parked: 0 } });
    const errors = server
      .err()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line));
    expect(errors).toEqual([]);
    expect(server.err()).not.toMatch(/"status":5\d\d/);
  });

  it('it ends within ten seconds, also with a request that never ends', async () => {
    const { closed } = await stalled(
      server.url,
      'POST /v1/interactions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{',
    );
    await get('/health/live');
    const began = performance.now();
    expect(await server.stop()).toMatchObject({ code: 0 });
    expect(performance.now() - began).toBeLessThan(10_000);
    await closed;
  }, 20_000);
});
