import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemIn, toyHost } from '../test/toy-host.ts';

let host: Awaited<ReturnType<typeof toyHost>>;
beforeAll(async () => {
  host = await toyHost();
});
afterAll(() => host.booted.close());

const call = (path: string, init?: RequestInit): Promise<Response> => host.call(path, init);
const post = (...args: Parameters<typeof host.post>): Promise<Response> => host.post(...args);
const raw = (...args: Parameters<typeof host.raw>) => host.raw(...args);

describe('a body', () => {
  it('is held against its schema', async () => {
    const response = await post('/v1/toys', '{"name":"car","colour":"red"}');
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ name: 'car' });
  });

  it('is refused with every fault, by pointer, unknown fields by name', async () => {
    const response = await post('/v1/toys', '{"colour":"green","parts":[{"size":"big"},{"size":1,"a/b":2}],"price":1}');
    expect(response.status).toBe(422);
    expect((await problemIn(response))['errors']).toEqual([
      { pointer: '/name', reason: 'is missing' },
      { pointer: '/colour', reason: 'is not one of red, blue' },
      { pointer: '/parts/0/size', reason: 'is a text, and must be a number' },
      { pointer: '/parts/1/a~1b', reason: 'is not known here' },
      { pointer: '/price', reason: 'is not known here' },
    ]);
  });

  it.each([
    ['an empty one', ''],
    ['a list', '[]'],
    ['null', 'null'],
  ])('is refused where it is %s', async (_, body) => {
    const response = await post('/v1/toys', body);
    expect(response.status).toBe(422);
    expect((await problemIn(response))['errors']).toMatchObject([{ pointer: '' }]);
  });

  it.each([
    ['{"name": "car",}', /position 15/],
    ['{"name": car}', /"\{"name": car\}"/],
    ['{"name": "car"', /position 14/],
    ['{"__proto__": {"admin": true}}', /__proto__/],
  ])('is refused where it is not JSON, with the place: %s', async (body, place) => {
    const response = await post('/v1/toys', body);
    expect(response.status).toBe(400);
    expect(await problemIn(response)).toMatchObject({ code: 'MalformedBody', detail: expect.stringMatching(place) });
  });

  it('is refused where it is not UTF-8', async () => {
    const response = await post('/v1/toys', Buffer.from('{"name":"\xff"}', 'latin1'));
    expect(await problemIn(response)).toMatchObject({ status: 400, detail: 'The body is not UTF-8.' });
  });

  it('is refused where it is of another type', async () => {
    const response = await post('/v1/toys', 'a,b', 'text/csv');
    const detail = 'The content type of a body is one of application/json, application/x-ndjson, message/rfc822.';
    expect(await problemIn(response)).toMatchObject({ status: 415, code: 'UnsupportedMediaType', detail });
  });

  it.each(['application/json', 'application/x-ndjson', 'message/rfc822'])(
    'is refused where it is packed, and not taken for what it is not: %s',
    async (type) => {
      const body = gzipSync('{"name":"car"}');
      const response = await post('/v1/toys', body, type, { 'content-encoding': 'gzip' });
      const detail = 'A body comes as it is, without a content-encoding.';
      expect(await problemIn(response)).toMatchObject({ status: 415, code: 'UnsupportedMediaType', detail });
    },
  );

  it('is taken where it says that it is not packed', async () => {
    const response = await post('/v1/toys', '{"name":"car","colour":"red"}', undefined, {
      'content-encoding': 'identity',
    });
    expect(response.status).toBe(201);
  });

  it('arrives as bytes where it is a mail or NDJSON', async () => {
    expect(await (await post('/v1/emails', Buffer.alloc(3, 0xff), 'message/rfc822')).json()).toEqual({ bytes: 3 });
    const lines = await post('/v1/toys:batch', '{"a":1}\n\n  \n{\n[]', 'application/x-ndjson');
    expect(lines.status).toBe(200);
    expect(await lines.json()).toEqual({
      lines: [
        { line: 1, value: { a: 1 } },
        { line: 4, reason: expect.stringContaining('is not JSON') },
        { line: 5, value: [] },
      ],
    });
  });

  it('is refused where it is too large: a mail over 32 MiB, anything over 64 MiB', async () => {
    const mail = await post('/v1/emails', Buffer.alloc(32 * 1024 * 1024 + 1), 'message/rfc822');
    expect(await problemIn(mail)).toMatchObject({
      status: 413,
      code: 'BodyTooLarge',
      detail: 'The body is larger than 32 MiB.',
    });
    const { status, body } = await raw(
      '/v1/toys',
      { 'content-type': 'application/json', 'content-length': '67108865' },
      'POST',
    );
    expect([status, JSON.parse(body)]).toMatchObject([413, { detail: 'The body is larger than 64 MiB.' }]);
  });

  it('may be 64 MiB', async () => {
    const body = `"${'x'.repeat(64 * 1024 * 1024 - 2)}"`;
    expect((await post('/v1/toys', body)).status).toBe(422);
  });
});

describe('an address', () => {
  it('with a colon is served', async () => {
    expect(await (await post('/v1/toys:batch', '[1]')).json()).toEqual({ lines: [1] });
  });

  it('that is not served is a 404', async () => {
    expect(await problemIn(await call('/v1/nothing?handle=ann'))).toMatchObject({
      status: 404,
      detail: 'Nothing is served at this address.',
    });
  });

  it.each([
    ['DELETE', '/v1/toys', 'GET, HEAD, POST'],
    ['GET', '/v1/toys:batch', 'POST'],
    ['PUT', '/v1/toys/7b7c0b0e-6f1d-4b7e-9f67-0d3f3a1f5a11', 'GET, HEAD'],
  ])('that is served by another method than %s is a 405: %s', async (method, path, allowed) => {
    const response = await call(path, { method });
    expect(response.headers.get('allow')).toBe(allowed);
    expect(await problemIn(response)).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
  });

  it.each(['/v1/toys/%', '/v1/toys/%ff'])('that cannot be read is a problem: %s', async (path) => {
    expect((await problemIn(await call(path)))['status']).toBe(400);
  });

  it('has its parts held against a schema', async () => {
    expect(await problemIn(await call('/v1/toys/seven'))).toMatchObject({
      status: 400,
      code: 'InvalidPath',
      errors: [{ pointer: '/id', reason: 'is not a UUID' }],
    });
    expect(await problemIn(await call('/v1/toys/errors/what'))).toMatchObject({ errors: [{ pointer: '/kind' }] });
  });
});

describe('a query', () => {
  it.each([
    ['that has a schema', '/v1/toys?color=red'],
    ['of an address that takes none', '/v1/me?color=red'],
  ])('%s is refused where a parameter is not known', async (_, path) => {
    expect(await problemIn(await call(path))).toMatchObject({
      status: 400,
      code: 'InvalidQuery',
      errors: [{ pointer: '/color', reason: 'is not known here' }],
    });
  });

  it('is nothing to what is asked by no version, such as health', async () => {
    expect((await call('/health/live?now')).status).toBe(200);
  });
});

describe('the body of a write that takes none', () => {
  const wind = (body?: string) =>
    call('/v1/toys:wind', { method: 'POST', ...(body && { body, headers: { 'content-type': 'application/json' } }) });

  it('is refused by name where it says anything', async () => {
    expect(await problemIn(await wind('{"turns":1}'))).toMatchObject({
      status: 422,
      code: 'InvalidBody',
      errors: [{ pointer: '/turns', reason: 'is not known here' }],
    });
    expect((await problemIn(await wind('[1]')))['status']).toBe(422);
  });

  it('may be missing or empty', async () => {
    for (const body of [undefined, '{}']) expect((await wind(body)).status).toBe(200);
  });
});

describe('who hangs up in the middle of a body', () => {
  it('has done nothing that a log should tell', async () => {
    const socket = connect(Number(new URL(host.booted.urls.http).port), '127.0.0.1');
    socket.write(
      'POST /v1/toys HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await call('/v1/me')).status).toBe(200);
    expect(host.logged.join('')).not.toContain('"level":50');
  });
});

describe('what is no request', () => {
  const sendText = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(host.booted.urls.http).port), '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket
        .on('data', (chunk) => (answer += chunk))
        .on('error', reject)
        .on('close', () => resolve(answer));
    });

  it.each([
    ['rubbish', 'rubbish\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('is a problem: %s', async (_, text, status) => {
    const [head, body] = (await sendText(text)).split('\r\n\r\n');
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body!)).toMatchObject({ status });
  });
});

describe('every answer', () => {
  it('is kept to itself', async () => {
    for (const path of ['/v1/me', '/v1/nothing', '/health/live'])
      expect(Object.fromEntries((await call(path)).headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
  });
});
