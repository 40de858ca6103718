import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { eventually } from '@throughline/testing';
import { pino } from 'pino';
import { counterService } from '../test/counter.ts';
import { descriptorSet, reflectionProto } from '../test/reflection.ts';
import { boot, type Booted, type BootOptions } from './index.ts';

const told: string[] = [];
let arrived = Promise.withResolvers<void>();
let finish = Promise.withResolvers<void>();

@Injectable()
class Pool implements OnApplicationShutdown {
  onApplicationShutdown() {
    told.push('pool closed');
  }
}

@Controller('v1')
class SlowController {
  @Get('slow')
  async slow() {
    arrived.resolve();
    await finish.promise;
    told.push('request finished');
    return { done: true };
  }
}

@Module({ controllers: [SlowController], providers: [Pool] })
class SlowModule {}

const start = (options: Partial<BootOptions> = {}): Promise<Booted> =>
  boot({
    name: 'test',
    modules: [SlowModule],
    http: { host: '127.0.0.1', port: 0 },
    tenants: { exists: async () => true },
    log: pino({ level: 'silent' }),
    ...options,
  });

describe('where it listens', () => {
  it.each(['0.0.0.0', '::', '192.168.1.4', 'example.com', ''])('is not %j', async (host) => {
    await expect(start({ http: { host, port: 0 } })).rejects.toThrow(
      /HTTP_HOST is .*no authentication: AUTH is off.*127\.0\.0\.1/s,
    );
  });

  it.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('may be %s', async (host) => {
    const booted = await start({ http: { host, port: 0 } });
    expect((await fetch(`${booted.urls.http}/health/live`)).status).toBe(200);
    await booted.close();
  });

  it('is told where it is taken, and what was started is stopped', async () => {
    const first = await start();
    const port = Number(new URL(first.urls.http).port);
    told.length = 0;
    const second = start({ http: { host: '127.0.0.1', port } });
    await expect(second).rejects.toMatchObject({
      name: 'CannotStart',
      message: `Port ${port} on 127.0.0.1 is in use: set HTTP_PORT to another.`,
    });
    expect(told).toEqual(['pool closed']);
    await first.close();
  });
});

describe('closing', () => {
  const begin = async (options: Partial<BootOptions> = {}) => {
    told.length = 0;
    arrived = Promise.withResolvers();
    finish = Promise.withResolvers();
    const booted = await start(options);
    const answer = fetch(`${booted.urls.http}/v1/slow`).then((response) => response.json());
    answer.catch(() => {});
    await arrived.promise;
    return { booted, answer };
  };

  it('lets requests finish before anything that they need is closed', async () => {
    const { booted, answer } = await begin();
    const closed = booted.close();
    expect(booted.close()).toBe(closed);
    finish.resolve();
    expect(await answer).toEqual({ done: true });
    await closed;
    expect(told).toEqual(['request finished', 'pool closed']);
    await expect(fetch(`${booted.urls.http}/health/live`)).rejects.toThrow();
  });

  it('does not wait for clients that keep their connections', async () => {
    const { booted, answer } = await begin({ drainMs: 20_000 });
    const closed = booted.close();
    await eventually(() => expect(fetch(`${booted.urls.http}/health/live`)).rejects.toThrow());
    finish.resolve();
    expect(await answer).toEqual({ done: true });
    const began = performance.now();
    await closed;
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('is bounded', async () => {
    const { booted, answer } = await begin({ drainMs: 200 });
    await booted.close();
    await expect(answer).rejects.toThrow();
    expect(told).toEqual(['pool closed']);
    finish.resolve();
  });
});

describe('the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-host-'));
  let booted: Booted;

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<title>Throughline</title>');
    writeFileSync(join(folder, 'assets/index-Dk3x_9aB.js'), 'export {};');
    writeFileSync(join(folder, '.secret'), 'no');
    booted = await start({ static: folder });
  });
  afterAll(async () => {
    await booted.close();
    rmSync(folder, { recursive: true });
  });

  const open = (path: string, accept = 'text/html,*/*') => fetch(`${booted.urls.http}${path}`, { headers: { accept } });

  it.each(['/', '/index.html', '/customers/7b7c0b0e?channel=email'])('is at %s', async (path) => {
    const response = await open(path);
    expect(await response.text()).toBe('<title>Throughline</title>');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^text\/html/),
      'content-security-policy': expect.stringContaining("default-src 'self'"),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
  });

  it('has assets that are kept for ever, under names that change', async () => {
    const response = await open('/assets/index-Dk3x_9aB.js', '*/*');
    expect(response.headers.get('content-type')).toMatch(/javascript/);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it.each([
    ['/assets/gone.js', '*/*'],
    ['/v1/nothing', 'text/html'],
    ['/customers/7', 'application/json'],
    ['/.secret', '*/*'],
    ['/..%2f..%2fetc%2fpasswd', '*/*'],
    ['/assets/..%2f..%2f..%2fetc%2fpasswd.txt', '*/*'],
    ['/..%2f..%2fpackage.json', '*/*'],
    ['/assets/%00.js', '*/*'],
  ])('is not at %s for %s', async (path, accept) => {
    const response = await open(path, accept);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect([403, 404]).toContain(response.status);
  });

  it('is not written to', async () => {
    const response = await fetch(`${booted.urls.http}/customers/7`, { method: 'POST' });
    expect(response.status).toBe(404);
  });
});

describe('reflection', () => {
  it('lists health and the services of the contracts that it is given', async () => {
    const services = { 'test.v1.Counter': counterService };
    const booted = await start({ grpc: { host: '127.0.0.1', port: 0, services, reflection: descriptorSet() } });
    const { grpc } = loadPackageDefinition(loadSync(reflectionProto)) as never as {
      grpc: { reflection: { v1: { ServerReflection: new (at: string, credentials: unknown) => ReflectionClient } } };
    };
    const client = new grpc.reflection.v1.ServerReflection(booted.urls.grpc!, credentials.createInsecure());
    const call = client.serverReflectionInfo();
    call.end({ listServices: '*' });
    for await (const { listServicesResponse } of call)
      expect(listServicesResponse.service.map(({ name }) => name).toSorted()).toEqual([
        'grpc.health.v1.Health',
        'grpc.reflection.v1.ServerReflection',
      ]);
    client.close();
    await booted.close();
  });
});

type ReflectionClient = {
  serverReflectionInfo: () => AsyncIterable<{ listServicesResponse: { service: { name: string }[] } }> & {
    end: (question: { listServices: string }) => void;
  };
  close: () => void;
};
