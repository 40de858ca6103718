import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { pino } from 'pino';
import { CounterModule } from '../test/counter.controller.ts';
import { CounterClient, counterService } from '../test/counter.ts';
import { ToyModule, toyProblems } from '../test/toys.ts';
import { boot, type Booted, type BootOptions } from './index.ts';
import { metricsPort, serveMetrics } from './metrics.server.ts';

const start = (options: Partial<BootOptions> = {}): Promise<Booted> =>
  boot({
    name: 'test',
    modules: [ToyModule, CounterModule],
    http: { host: '127.0.0.1', port: 0 },
    grpc: { host: '127.0.0.1', port: 0, services: { 'test.v1.Counter': counterService } },
    metrics: { port: 0 },
    tenants: { exists: async () => true },
    problems: { ...toyProblems, TooFar: { status: 422, grpc: 'OUT_OF_RANGE', title: 'Too far' } },
    ready: { database: async () => {}, feed: () => Promise.reject(new Error('has not joined')) },
    log: pino({ level: 'silent' }),
    ...options,
  });

const scrape = async ({ urls }: Pick<Booted, 'urls'>): Promise<string> => (await fetch(urls.metrics!)).text();

describe('metrics of a host', () => {
  let booted: Booted;
  beforeAll(async () => {
    booted = await start();
  });
  afterAll(() => booted.close());

  it('are at /metrics and nowhere else', async () => {
    const { origin } = new URL(booted.urls.metrics!);
    const response = await fetch(`${origin}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await fetch(origin)).status).toBe(404);
    expect((await fetch(`${origin}/metrics`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${booted.urls.http}/metrics`)).status).toBe(404);
  });

  it('count requests by the template of their route, its method and its status', async () => {
    const count = (method: string, route: string, status: number) =>
      expect.stringMatching(
        new RegExp(`^throughline_http_request_duration_seconds_count\\{method="${method}",route="${route}",status="${status}"\\} [1-9]`, 'm'), // prettier-ignore
      );
    const id = '0b4b1f0e-5d39-4b8a-9d6e-0d4f4c1f9a11';
    await fetch(`${booted.urls.http}/v1/toys/${id}`);
    await fetch(`${booted.urls.http}/v1/toys/errors/busy`);
    await fetch(`${booted.urls.http}/v1/toys/no-uuid-but-ann`);
    await fetch(`${booted.urls.http}/v1/nobody-serves-ann`);
    await fetch(`${booted.urls.http}/v1/toys`, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }); // prettier-ignore
    await eventually(async () => {
      const told = await scrape(booted);
      expect(told).toEqual(count('GET', '/v1/toys/:id', 200));
      expect(told).toEqual(count('GET', '/v1/toys/:id', 400));
      expect(told).toEqual(count('GET', '/v1/toys/errors/:kind', 503));
      expect(told).toEqual(count('GET', 'none', 404));
      expect(told).toEqual(count('POST', '/v1/toys', 400));
      expect(told).not.toMatch(/ann|0b4b1f0e/);
    });
  });

  it('count calls by their method and status', async () => {
    const client = new CounterClient(booted.urls.grpc!, credentials.createInsecure());
    const one = (to: number) => new Promise((resolve) => client.one({ to }, new Metadata(), (error) => resolve(error)));
    await one(7);
    await one(1);
    for await (const _ of client.many({ to: 3 }));
    client.close();
    await eventually(async () => {
      const told = await scrape(booted);
      for (const [method, status] of [['One', 'OK'], ['One', 'OUT_OF_RANGE'], ['Many', 'OK']]) // prettier-ignore
        expect(told).toMatch(new RegExp(`_call_duration_seconds_count\\{method="test.v1.Counter/${method}",status="${status}"\\} [1-9]`)); // prettier-ignore
    });
  });

  it('say what is ready', async () => {
    const told = await scrape(booted);
    expect(told).toContain('throughline_ready{check="database"} 1');
    expect(told).toContain('throughline_ready{check="feed"} 0');
  });
});

describe('the port of metrics', () => {
  const taken = createServer();
  const port = () => (taken.address() as AddressInfo).port;
  beforeAll(() => once(taken.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => void taken.close());

  it('is told by name where it was asked for and is taken', async () => {
    await expect(start({ metrics: { port: port() } })).rejects.toMatchObject({
      name: 'CannotStart',
      message: `Port ${port()} on 127.0.0.1 is in use or not to be had: set METRICS_PORT to another, or to off.`,
    });
  });

  it('is none where it is off, and where nobody asked for the usual one and another process has it', async () => {
    const off = await start({ metrics: { port: 'off' } });
    expect(off.urls.metrics).toBeUndefined();
    await off.close();
    const told: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void told.push(line) });
    // Whoever has it, there are two who want it now.
    const first = await serveMetrics({ host: '127.0.0.1' }, log);
    const second = await serveMetrics({ host: '127.0.0.1' }, log);
    expect(second.url).toBeUndefined();
    expect(told.at(-1)).toMatch(new RegExp(`"port":${metricsPort}.*METRICS_PORT`));
    await Promise.all([first.close(), second.close()]);
  });
});
