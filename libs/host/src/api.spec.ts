import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemIn, toyHost } from '../test/toy-host.ts';

let host: Awaited<ReturnType<typeof toyHost>>;
beforeAll(async () => {
  host = await toyHost();
});
afterAll(() => host.booted.close());

const call = (path: string, init?: RequestInit): Promise<Response> => host.call(path, init);
const post = (...args: Parameters<typeof host.post>): Promise<Response> => host.post(...args);

describe('a list', () => {
  it('is read page by page', async () => {
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const response = await call(`/v1/toys?limit=2${cursor && `&cursor=${cursor}`}`);
      const page = (await response.json()) as { items: number[]; nextCursor: string | null };
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'size=2', 'limit=1&limit=2'])(
    'refuses ?%s',
    async (query) => {
      expect(await problemIn(await call(`/v1/toys?${query}`))).toMatchObject({ status: 400, code: 'InvalidQuery' });
    },
  );

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
    expect(host.logged.find((line) => line.includes(id))).toContain('a secret of the server');
    await call('/v1/toys/errors/json');
    expect(host.logged.join('')).not.toContain('ann@example.com');
  });

  it('leaves no address, query or body in the log', async () => {
    await call('/v1/toys/errors/unknown?handle=email:ann@example.com');
    await post('/v1/toys', '{"name":"Ann Lee"}');
    expect(host.logged.join('')).not.toMatch(/ann@example|Ann Lee/);
    expect(host.logged.join('')).toContain('/v1/toys/errors/:kind');
  });
});

describe('health', () => {
  it('tells which check says no', async () => {
    expect(await (await call('/health/ready')).json()).toEqual({ status: 'ready', checks: { database: { ok: true } } });
    host.health.sick = 'no connection';
    const response = await call('/health/ready');
    host.health.sick = undefined;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ checks: { database: { ok: false, reason: 'no connection' } } });
    expect(await (await call('/health/live')).json()).toEqual({ status: 'live' });
  });
});

describe('the documents', () => {
  it('are OpenAPI 3.1 made of the schemas that validate, and tell what any other answer is', async () => {
    const document = (await (await call('/openapi.json')).json()) as never as {
      openapi: string;
      paths: Record<
        string,
        Record<string, { requestBody?: unknown; parameters?: { name: string }[]; responses: object }>
      >;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths).toSorted()).toEqual(
      ['/health/live', '/health/ready', '/v1/anybody', '/v1/emails', '/v1/me', '/v1/toys', '/v1/toys/errors/{kind}', '/v1/toys/{id}', '/v1/toys:batch', '/v1/toys:wind'], // prettier-ignore
    );
    const { get, post } = document.paths['/v1/toys']!;
    expect(post!.requestBody).toMatchObject({
      content: { 'application/json': { schema: { required: ['name', 'colour'], additionalProperties: false } } },
    });
    expect(post!.responses).toMatchObject({
      201: { content: { 'application/json': { schema: { required: ['id', 'name'] } } } },
      422: { content: { 'application/problem+json': {} } },
    });
    expect(document.paths['/v1/toys:wind']!['post']).toMatchObject({
      responses: { 413: {}, 422: { description: expect.stringContaining('takes no body') } },
    });
    expect(get!.responses).not.toHaveProperty('422');
    for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path)))
      expect(operation.responses).toMatchObject({ default: { content: { 'application/problem+json': {} } } });
    expect(get!.parameters!.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['limit', 'cursor', 'colour', 'x-tenant']),
    );
  });

  it('have pages for people that need no other server', async () => {
    const page = await (await call('/docs')).text();
    expect(page).toContain('swagger-ui');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const [, file] of page.matchAll(/(?:src|href)="\.?\/?([^"]+)"/g))
      expect([file, (await call(`/${file!.startsWith('docs') ? '' : 'docs/'}${file}`)).status]).toEqual([file, 200]);
  });
});
