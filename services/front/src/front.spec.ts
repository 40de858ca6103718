import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { logger, type Plain } from '@throughline/host';
import { startFront } from './front.ts';
import type { Service } from './paths.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A service of one's own: what it answers is for each test to say. */
const stub = async (): Promise<{ url: string; server: Server; answers: (with_: Answer) => void }> => {
  let answer: Answer = (_, response) => void response.end();
  const server = createServer((asked, response) => void answer(asked, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, server, answers: (with_) => (answer = with_) };
};

const json =
  (body: unknown): Answer =>
  (_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  };

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

describe('the front', () => {
  let front: Plain;
  let stubs: Awaited<ReturnType<typeof stub>>[];
  let upstreams: Record<Service, string[]>;
  beforeAll(async () => {
    stubs = await Promise.all([stub(), stub()]);
    front = await startFront({
      host: '127.0.0.1',
      port: 0,
      hasAuth: false,
      log: logger('spec', 'silent'),
      upstreams: (service) => upstreams[service],
    });
  });
  beforeEach(() => {
    const [one, other] = stubs.map(({ url }) => url) as [string, string];
    upstreams = { capture: [one], routing: [one], timeline: [one, other], 'crm-writeback': [] };
  });
  afterAll(async () => {
    await front.close();
    for (const { server } of stubs) server.close();
  });
  const [one, other] = [() => stubs[0]!, () => stubs[1]!];
  const ask = (path: string, init: RequestInit = {}) => fetch(`${front.url}${path}`, init);

  it('passes on what is asked and answered as it is', async () => {
    one().answers((asked, response) => {
      const { method, url, headers } = asked;
      response.writeHead(409, { 'content-type': 'application/problem+json', 'retry-after': '7', 'x-own': 'yes' });
      response.end(JSON.stringify({ method, url, host: headers.host, tenant: headers['x-tenant'], expect: headers.expect })); // prettier-ignore
    });
    const answer = await ask('/v1/interactions?a=1&a=%2F', { method: 'DELETE', headers: { 'x-tenant': 'acme' } });
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-own')]).toEqual([409, '7', 'yes']);
    expect(await answer.json()).toEqual({
      method: 'DELETE',
      url: '/v1/interactions?a=1&a=%2F',
      host: new URL(front.url).host,
      tenant: 'acme',
    });
  });

  it('passes on small bodies and answers byte by byte, and large ones', async () => {
    one().answers((asked, response) => {
      const { 'content-type': type, 'content-length': length } = asked.headers;
      response.writeHead(200, { 'content-type': type, 'content-length': length });
      asked.pipe(response);
    });
    const texts = ['', '{ "a":  1 }', '\u0000ü', 'x'.repeat(100_000)];
    for (const body of texts) {
      const answer = await ask('/v1/interactions', { method: 'POST', body, headers: { 'content-type': 'application/json' } }); // prettier-ignore
      expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['application/json', body]);
    }
    one().answers((_, response) => void response.writeHead(200, { 'content-length': '10' }).end());
    const head = await ask('/v1/matters', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
  });

  it('has a customer erased by capture, whose answer it is, and read from timeline', async () => {
    upstreams = { ...upstreams, capture: [one().url], timeline: [other().url] };
    one().answers((asked, response) => {
      const { method, url, headers } = asked;
      response.writeHead(202, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ method, url, tenant: headers['x-tenant'] }));
    });
    other().answers(json('timeline'));
    const erased = await ask('/v1/customers/7?a=1', { method: 'DELETE', headers: { 'x-tenant': 'acme' }, redirect: 'manual' }); // prettier-ignore
    const told = { method: 'DELETE', url: '/v1/customers/7/data?a=1', tenant: 'acme' };
    expect([erased.status, await erased.json()]).toEqual([202, told]);
    expect(await (await ask('/v1/customers/7?a=1')).json()).toBe('timeline');
  });

  it('asks the replicas of a service in turn', async () => {
    one().answers(json('one'));
    other().answers(json('other'));
    const heard = [await ask('/v1/status'), await ask('/v1/status'), await ask('/v1/status')];
    const said = await Promise.all(heard.map((answer) => answer.json()));
    expect(new Set(said)).toEqual(new Set(['one', 'other']));
    expect(said[0]).toBe(said[2]);
  });

  it('hands a body on while it is still being sent', async () => {
    const began = Promise.withResolvers<void>();
    one().answers(async (asked, response) => {
      let size = 0;
      for await (const chunk of asked) {
        size += (chunk as Buffer).length;
        began.resolve();
      }
      response.end(String(size));
    });
    const half = Buffer.alloc(16 * 1024 * 1024, 'a');
    const sending = request(`${front.url}/v1/emails`, { method: 'POST', headers: { 'content-type': 'message/rfc822', 'content-length': 2 * half.length, expect: '100-continue' } }); // prettier-ignore
    sending.write(half);
    await began.promise;
    sending.end(half);
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    expect((await answer.toArray()).join('')).toBe(String(2 * half.length));
  });

  it('answers others, however many hear a stream that does not end', async () => {
    const open: ServerResponse[] = [];
    one().answers((asked, response) => {
      if (!asked.url!.endsWith('/stream')) return void response.end('answered');
      open.push(response.writeHead(200, { 'content-type': 'text/event-stream' }));
      response.write('data: first\n\n');
    });
    upstreams.timeline = [one().url];
    const leaving = new AbortController();
    const hear = () => ask('/v1/customers/7/timeline/stream', { signal: leaving.signal });
    await Promise.all(Array.from({ length: 200 }, hear));
    expect(open).toHaveLength(200);
    const answer = await ask('/v1/status', { signal: AbortSignal.timeout(20_000) });
    expect(await answer.text()).toBe('answered');
    leaving.abort();
  });

  it('hands on an answer that comes before all of a body is sent', async () => {
    // As a service answers whom it does not know; the rest of the body it lets go by.
    one().answers((_, response) => void response.writeHead(401).end('who are you?'));
    const sending = request(`${front.url}/v1/emails`, {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
    });
    sending.on('error', () => undefined);
    sending.write(Buffer.alloc(16 * 1024 * 1024, 'a'));
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    expect([answer.statusCode, (await answer.toArray()).join('')]).toEqual([401, 'who are you?']);
    sending.destroy();
  });

  it.each([
    ['message/rfc822', 32],
    ['application/json', 64],
  ])('refuses a %s of more than %d MiB itself, as a service would', async (type, mebibytes) => {
    const sending = request(`${front.url}/v1/emails`, { method: 'POST', headers: { 'content-type': type, 'content-length': mebibytes * 1024 * 1024 + 1 } }); // prettier-ignore
    sending.on('error', () => undefined);
    sending.flushHeaders();
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    expect([answer.statusCode, JSON.parse((await answer.toArray()).join(''))]).toMatchObject([413, { code: 'BodyTooLarge' }]); // prettier-ignore
    sending.destroy();
  });

  it('hands an answer on while it is still being given, and hangs up where its reader does', async () => {
    const next = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    one().answers(async (_, response) => {
      response.once('close', left.resolve);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: first\n\n');
      await next.promise;
      response.write('data: second\n\n');
    });
    upstreams.timeline = [one().url];
    const leaving = new AbortController();
    const answer = await ask('/v1/customers/7/timeline/stream', { signal: leaving.signal });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('data: first\n\n');
    next.resolve();
    expect((await reader.read()).value).toBe('data: second\n\n');
    leaving.abort();
    await left.promise;
  });

  it('tells that a service is away, or broke off', async () => {
    const nobody = await ask('/v1/connections');
    expect([nobody.status, nobody.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await nobody.json()).toMatchObject({ type: '/problems/service-away', code: 'ServiceAway' });

    upstreams.capture = [`http://127.0.0.1:${await freePort()}`];
    const refused = await ask('/v1/tenants');
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'ServiceAway' }]);

    one().answers((asked) => void asked.socket.destroy());
    const broken = await ask('/v1/matters', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }); // prettier-ignore
    expect([broken.status, broken.headers.get('content-type')]).toEqual([502, 'application/problem+json']);
    expect(await broken.json()).toMatchObject({ code: 'ServiceBrokeOff', detail: expect.stringContaining('routing') });

    one().answers((asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '10' });
      response.write('{', () => asked.socket.destroy());
    });
    const half = await ask('/v1/matters');
    expect([half.status, await half.json()]).toMatchObject([502, { code: 'ServiceBrokeOff' }]);
  });

  it('is refused to a web page that reached it under another name', async () => {
    const socket = connect(Number(new URL(front.url).port), '127.0.0.1');
    socket.end('GET /v1/status HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n');
    expect((await socket.toArray()).join('')).toMatch(/^HTTP\/1\.1 421 /);
  });

  it('has one document and one list of problems for all', async () => {
    const document = (paths: string[], named: string) => ({
      openapi: '3.1.0',
      paths: Object.fromEntries(paths.map((path) => [path, { get: { summary: named } }])),
      components: { schemas: { [named]: {} } },
      tags: [{ name: named }],
    });
    const kinds = (code: string) => ({ items: [{ type: '/problems/of-its-own', code }], nextCursor: null });
    const told =
      (paths: string[], named: string): Answer =>
      (asked, response) =>
        void json(asked.url === '/problems' ? kinds(named) : document(paths, named))(asked, response);
    one().answers(told(['/v1/tenants', '/health/live', '/v1/matters'], 'one'));
    other().answers(told(['/v1/brief', '/health/live'], 'other'));
    upstreams = { capture: [one().url], routing: [one().url], timeline: [other().url], 'crm-writeback': [one().url] };
    const { paths, components, tags } = (await (await ask('/openapi.json')).json()) as ReturnType<typeof document>;
    expect(paths).toEqual({
      '/v1/tenants': { get: { summary: 'one' } },
      '/v1/matters': { get: { summary: 'one' } },
      '/v1/brief': { get: { summary: 'other' } },
      '/health/live': { get: { summary: 'other' } },
    });
    expect([components, tags]).toEqual([{ schemas: { one: {}, other: {} } }, [{ name: 'one' }, { name: 'other' }]]);
    const { items } = (await (await ask('/problems')).json()) as ReturnType<typeof kinds>;
    expect(items.map(({ code }) => code)).toEqual(['ServiceAway', 'ServiceBrokeOff', 'one', 'other']);
    expect(await (await ask('/problems/of-its-own')).json()).toMatchObject({ code: 'one' });
    expect((await ask('/problems/none')).status).toBe(404);
  });

  it('is ready where all are', async () => {
    one().answers(json({}));
    expect(await (await ask('/health/live')).json()).toEqual({ status: 'live' });
    const unready = await ask('/health/ready');
    expect([unready.status, await unready.json()]).toMatchObject([503, { checks: { capture: { ok: true }, 'crm-writeback': { ok: false } } }]); // prettier-ignore
    upstreams['crm-writeback'] = [one().url];
    upstreams.timeline = [one().url];
    expect((await ask('/health/ready')).status).toBe(200);
  });
});
