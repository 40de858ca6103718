import { request as httpRequest } from 'node:http';
import { expect } from '@jest/globals';
import { pino } from 'pino';
import { boot } from '../src/index.ts';
import { ToyModule, toyProblems } from './toys.ts';

/** A host that makes toys, and what it was asked and logged. */
export const toyHost = async () => {
  const logged: string[] = [];
  const health: { sick?: string } = {};
  const booted = await boot({
    name: 'test',
    modules: [ToyModule],
    http: { host: '127.0.0.1', port: 0 },
    tenants: { exists: async (name) => name !== 'nobody' },
    problems: toyProblems,
    ready: {
      database: async () => {
        if (health.sick) throw new Error(health.sick);
      },
    },
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
  });
  const call = (path: string, init?: RequestInit): Promise<Response> => fetch(`${booted.urls.http}${path}`, init);
  const post = (path: string, body: string | Buffer, type = 'application/json', headers = {}): Promise<Response> =>
    call(path, { method: 'POST', body: body as never, headers: { 'content-type': type, ...headers } });
  const raw = (path: string, headers: Record<string, string>, method = 'GET') =>
    rawRequest(`${booted.urls.http}${path}`, headers, method);
  return { booted, logged, health, call, post, raw };
};

/** Fetch sets Host by itself, and some requests are lies. */
const rawRequest = (url: string, headers: Record<string, string>, method: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = httpRequest(url, { method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk)).on('end', () => resolve({ status: response.statusCode!, body }));
    });
    sent.on('error', reject).end();
  });

/** The problem that a response is; fails where it is none. */
export const problemIn = async (response: Response): Promise<Record<string, unknown>> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body['status']).toBe(response.status);
  expect(body).toMatchObject({ type: expect.stringMatching(/^\/problems\/[a-z-]+$/), title: expect.any(String) });
  return body;
};
