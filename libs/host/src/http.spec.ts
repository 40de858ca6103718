import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { Conflict, Rejection } from '@throughline/decider';
import type { FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { z } from 'zod';
import {
  answer,
  boot,
  type Booted,
  Busy,
  callerOf,
  idFrom,
  list,
  ndjsonLines,
  pageOf,
  paging,
  problem,
  type Problems,
  tenantless,
} from './index.ts';

const toy = z.strictObject({
  name: z.string().min(1),
  colour: z.enum(['red', 'blue']),
  parts: z.array(z.strictObject({ size: z.int() })).default([]),
});
type Toy = z.infer<typeof toy>;
const toyQuery = z.strictObject({ ...paging, colour: z.enum(['red', 'blue']).optional() });
const toys = list('toys', z.tuple([z.coerce.bigint()]));
const toyProblems = {
  ToyUnknown: { status: 404, grpc: 'NOT_FOUND', title: 'There is no such toy' },
} as const satisfies Problems;

@Controller('v1/toys')
class ToyController {
  @Post()
  @ApiResponse(answer(201, z.strictObject({ id: z.uuid(), name: z.string() }), 'Made.'))
  @ApiResponse(problem(422, 'Not a toy.'))
  make(@Body({ schema: toy }) body: Toy, @Req() request: FastifyRequest) {
    return { id: idFrom(request), name: body.name };
  }

  @Get()
  @ApiResponse(answer(200, pageOf(toy), 'A page.'))
  list(@Query({ schema: toyQuery }) { limit, cursor, colour }: z.infer<typeof toyQuery>) {
    const after = toys.after(cursor, [colour])?.[0] ?? 0n;
    const items = Array.from({ length: Math.min(limit + 1, 5 - Number(after)) }, (_, at) => Number(after) + at + 1);
    return toys.page(items, limit, (item) => [BigInt(item)], [colour]);
  }

  @Get('errors/:kind')
  fail(@Param('kind', { schema: z.enum(['unknown', 'lost', 'busy', 'bug', 'json']) }) kind: string) {
    if (kind === 'unknown') throw new Rejection('ToyUnknown', 'No toy has this id.');
    if (kind === 'lost') throw new Conflict('toy-1', 2);
    if (kind === 'busy') throw new Busy('Too many toys.', 3);
    if (kind === 'json') JSON.parse('{"handle": ann@example.com}');
    throw new Error('a secret of the server');
  }

  @Get(':id')
  one(@Param({ schema: z.strictObject({ id: z.uuid() }) }) { id }: { id: string }) {
    return { id };
  }
}

@Controller()
class OtherController {
  @Post('v1/toys::batch')
  @HttpCode(200)
  batch(@Body() body: unknown) {
    return { lines: Buffer.isBuffer(body) ? [...ndjsonLines(body)] : body };
  }

  @Post('v1/emails')
  mail(@Body() body: Buffer) {
    return { bytes: body.length };
  }

  @Get('v1/me')
  me(@Req() request: FastifyRequest) {
    return callerOf(request);
  }

  @Get('v1/anybody')
  @SetMetadata(tenantless, true)
  anybody(@Req() request: FastifyRequest) {
    return callerOf(request);
  }
}

@Module({ controllers: [ToyController, OtherController] })
class ToyModule {}

const logged: string[] = [];
let booted: Booted;
let sick: string | undefined;

beforeAll(async () => {
  booted = await boot({
    name: 'test',
    modules: [ToyModule],
    http: { host: '127.0.0.1', port: 0 },
    tenants: { exists: async (name) => name !== 'nobody' },
    problems: toyProblems,
    ready: {
      database: async () => {
        if (sick) throw new Error(sick);
      },
    },
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
  });
});
afterAll(() => booted.close());

const call = (path: string, init?: RequestInit): Promise<Response> => fetch(`${booted.urls.http}${path}`, init);
const post = (path: string, body: string | Buffer, type = 'application/json', headers = {}): Promise<Response> =>
  call(path, { method: 'POST', body: body as never, headers: { 'content-type': type, ...headers } });

const problemIn = async (response: Response): Promise<Record<string, unknown>> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body['status']).toBe(response.status);
  expect(body).toMatchObject({ type: expect.stringMatching(/^\/problems\/[a-z-]+$/), title: expect.any(String) });
  return body;
};

/** Fetch sets Host by itself, and these are about lies. */
const raw = (path: string, headers: Record<string, string>, method = 'GET'): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(`${booted.urls.http}${path}`, { method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk)).on('end', () => resolve({ status: response.statusCode!, body }));
    });
    sent.on('error', reject).end();
  });

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
    expect(await problemIn(response)).toMatchObject({ status: 415, code: 'UnsupportedMediaType' });
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
    expect(await problemIn(mail)).toMatchObject({ status: 413, code: 'BodyTooLarge' });
    const { status } = await raw('/v1/toys', { 'content-type': 'application/json', 'content-length': '67108865' }, 'POST');
    expect(status).toBe(413);
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

describe('a list', () => {
  it('is read page by page', async () => {
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const response = await call(`/v1/toys?limit=2${cursor && `&cursor=${cursor}`}`);
      const page = (await response.json()) as { items: number[]; nextCursor: string | null };
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'size=2', 'limit=1&limit=2'])('refuses ?%s', async (query) => {
    expect(await problemIn(await call(`/v1/toys?${query}`))).toMatchObject({ status: 400, code: 'InvalidQuery' });
  });

  it('refuses a cursor that is not its own', async () => {
    const { nextCursor } = (await (await call('/v1/toys?limit=2')).json()) as { nextCursor: string };
    const other = Buffer.from('[1,"other",[2]]').toString('base64url');
    for (const query of ['cursor=rubbish', `cursor=${other}`, `cursor=${nextCursor}&colour=red`, 'cursor='])
      expect(await problemIn(await call(`/v1/toys?${query}`))).toMatchObject({
        status: 400,
        errors: [{ pointer: '/cursor' }],
      });
  });
});

describe('an error', () => {
  it('is what the catalogue of its service says', async () => {
    expect(await problemIn(await call('/v1/toys/errors/unknown'))).toEqual({
      type: '/problems/toy-unknown',
      title: 'There is no such toy',
      status: 404,
      detail: 'No toy has this id.',
      code: 'ToyUnknown',
    });
  });

  it('is explained at its type', async () => {
    expect(await (await call('/problems/toy-unknown')).json()).toMatchObject({ code: 'ToyUnknown', status: 404 });
    expect((await problemIn(await call('/problems/no-such')))['status']).toBe(404);
  });

  it('is a 409 where a race was lost, a 503 with Retry-After where there is too much to do', async () => {
    expect(await problemIn(await call('/v1/toys/errors/lost'))).toMatchObject({ status: 409, code: 'Conflict' });
    const busy = await call('/v1/toys/errors/busy');
    expect(busy.headers.get('retry-after')).toBe('3');
    expect(await problemIn(busy)).toMatchObject({ status: 503, code: 'Busy' });
  });

  it('that nobody expected tells callers nothing, and the log everything but what people wrote', async () => {
    const body = await problemIn(await call('/v1/toys/errors/bug'));
    expect(JSON.stringify(body)).not.toContain('secret');
    const id = String(body['instance']).replace('urn:uuid:', '');
    expect(logged.find((line) => line.includes(id))).toContain('a secret of the server');
    await call('/v1/toys/errors/json');
    expect(logged.join('')).not.toContain('ann@example.com');
  });

  it('leaves no address, query or body in the log', async () => {
    await call('/v1/toys/errors/unknown?handle=email:ann@example.com');
    await post('/v1/toys', '{"name":"Ann Lee"}');
    expect(logged.join('')).not.toMatch(/ann@example|Ann Lee/);
    expect(logged.join('')).toContain('/v1/toys/errors/:kind');
  });
});

describe('the caller', () => {
  it('is anonymous in the tenant default', async () => {
    expect(await (await call('/v1/me')).json()).toEqual({ tenant: 'default', actor: 'anonymous' });
  });

  it('is who the headers say', async () => {
    const headers = { 'x-tenant': 'acme', 'x-actor': 'bo@acme.example' };
    expect(await (await call('/v1/me', { headers })).json()).toEqual({ tenant: 'acme', actor: 'bo@acme.example' });
  });

  it('needs a tenant that exists', async () => {
    const headers = { 'x-tenant': 'nobody' };
    expect(await problemIn(await call('/v1/me', { headers }))).toMatchObject({
      status: 404,
      code: 'TenantUnknown',
      detail: expect.stringContaining('x-tenant'),
    });
    expect((await call('/v1/anybody', { headers })).status).toBe(200);
    expect((await call('/health/live', { headers })).status).toBe(200);
  });

  it.each([
    { 'x-tenant': 'Acme' },
    { 'x-tenant': '-a' },
    { 'x-tenant': 'a'.repeat(64) },
    { 'x-actor': 'é' },
  ] as Record<string, string>[])('is refused as %j', async (headers) => {
    expect(await problemIn(await call('/v1/me', { headers }))).toMatchObject({ status: 400, code: 'InvalidHeader' });
  });
});

describe('a repetition under one Idempotency-Key', () => {
  const make = async (headers: Record<string, string>): Promise<unknown> =>
    ((await (await post('/v1/toys', '{"name":"car","colour":"red"}', 'application/json', headers)).json()) as Toy).name &&
    ((await (await post('/v1/toys', '{"name":"car","colour":"red"}', 'application/json', headers)).json()) as { id: string })
      .id;

  it('has the same id, of its tenant and actor only', async () => {
    const key = { 'idempotency-key': 'k-1' };
    const ids = [await make(key), await make(key), await make({ ...key, 'x-actor': 'bo' }), await make({ ...key, 'x-tenant': 'b' })];
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    expect(await make({})).not.toBe(await make({}));
  });

  it('is refused with a key that is none', async () => {
    const response = await post('/v1/toys', '{"name":"car","colour":"red"}', 'application/json', {
      'idempotency-key': 'x'.repeat(256),
    });
    expect(await problemIn(response)).toMatchObject({ status: 400, code: 'InvalidHeader' });
  });
});

describe('a web page elsewhere', () => {
  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:3000', '10.0.0.1', '[::2]:80'])(
    'is not answered under its own name: %j',
    async (host) => {
      const { status, body } = await raw('/v1/me', { host });
      expect([status, JSON.parse(body)]).toMatchObject([421, { code: 'ForeignHost' }]);
    },
  );

  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1:80', '127.1.2.3', '[::1]:3000'])('is not at %s', async (host) => {
    expect((await raw('/v1/me', { host })).status).toBe(200);
  });

  const own = () => booted.urls.http.replace('http://', '');

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[])('may not write: %j', async (headers) => {
    const response = await post('/v1/toys:batch', '[]', 'application/json', headers);
    expect(await problemIn(response)).toMatchObject({ status: 403, code: 'CrossOrigin' });
  });

  it('is not ours', async () => {
    for (const headers of [{ origin: `http://${own()}` }, { 'sec-fetch-site': 'same-origin' }] as Record<string, string>[])
      expect((await post('/v1/toys:batch', '[]', 'application/json', headers)).status).toBe(200);
  });
});

describe('health', () => {
  it('tells which check says no', async () => {
    expect(await (await call('/health/ready')).json()).toEqual({ status: 'ready', checks: { database: { ok: true } } });
    sick = 'no connection';
    const response = await call('/health/ready');
    sick = undefined;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ checks: { database: { ok: false, reason: 'no connection' } } });
    expect(await (await call('/health/live')).json()).toEqual({ status: 'live' });
  });
});

describe('the documents', () => {
  it('are OpenAPI 3.1 made of the schemas that validate', async () => {
    const document = (await (await call('/openapi.json')).json()) as never as {
      openapi: string;
      paths: Record<string, Record<string, { requestBody?: unknown; parameters?: { name: string }[]; responses: object }>>;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths).sort()).toEqual(
      ['/health/live', '/health/ready', '/v1/anybody', '/v1/emails', '/v1/me', '/v1/toys', '/v1/toys/errors/{kind}', '/v1/toys/{id}', '/v1/toys:batch'], // prettier-ignore
    );
    const { get, post } = document.paths['/v1/toys']!;
    expect(post!.requestBody).toMatchObject({
      content: { 'application/json': { schema: { required: ['name', 'colour'], additionalProperties: false } } },
    });
    expect(post!.responses).toMatchObject({ 201: {}, 422: { content: { 'application/problem+json': {} } } });
    expect(get!.parameters!.map(({ name }) => name)).toEqual(expect.arrayContaining(['limit', 'cursor', 'colour', 'x-tenant']));
  });

  it('have pages for people that need no other server', async () => {
    const page = await (await call('/docs')).text();
    expect(page).toContain('swagger-ui');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const [, file] of page.matchAll(/(?:src|href)="\.?\/?([^"]+)"/g))
      expect([file, (await call(`/${file!.startsWith('docs') ? '' : 'docs/'}${file}`)).status]).toEqual([file, 200]);
  });
});

describe('what is no request', () => {
  const sendText = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(booted.urls.http).port), '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk)).on('error', reject).on('close', () => resolve(answer));
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
