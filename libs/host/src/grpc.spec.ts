import { promisify } from 'node:util';
import { credentials, loadPackageDefinition, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { protoPath } from 'grpc-health-check';
import { pino } from 'pino';
import { boot, type Booted } from './index.ts';
import { CounterModule, seen } from '../test/counter.controller.ts';
import { CounterClient, counterService, type Told } from '../test/counter.ts';

let booted: Booted;
let client: CounterClient;

const start = (): Promise<Booted> =>
  boot({
    name: 'test',
    modules: [CounterModule],
    http: { host: '127.0.0.1', port: 0 },
    grpc: { host: '127.0.0.1', port: 0, services: { 'test.v1.Counter': counterService } },
    tenants: { exists: async (name) => name !== 'nobody' },
    problems: { TooFar: { status: 422, grpc: 'OUT_OF_RANGE', title: 'Too far' } },
    log: pino({ level: 'silent' }),
    drainMs: 3_000,
  });

beforeAll(async () => {
  booted = await start();
  client = new CounterClient(booted.urls.grpc!, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await booted.close();
});

const metadataOf = (entries: Record<string, string>): Metadata => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
  return metadata;
};

const one = (to: number, entries: Record<string, string> = {}): Promise<Told> =>
  new Promise((resolve, reject) =>
    client.one({ to }, metadataOf(entries), (error, told) => (error ? reject(error) : resolve(told!))),
  );

const refusal = async (call: Promise<unknown>): Promise<ServiceError> => {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('it was not refused');
};

const detailsOf = (error: ServiceError): string => String(error.metadata.get('grpc-status-details-bin')[0] ?? '');

describe('a unary call', () => {
  it('is answered', async () => expect(await one(7)).toEqual({ n: 7, text: 'default anonymous' }));

  it('knows its caller', async () => {
    expect(await one(7, { 'x-tenant': 'acme', 'x-actor': 'bo' })).toMatchObject({ text: 'acme bo' });
    const error = await refusal(one(7, { 'x-tenant': 'nobody' }));
    expect(error).toMatchObject({ code: status.NOT_FOUND, details: expect.stringContaining('nobody') });
    expect(await refusal(one(7, { 'x-tenant': 'NO' }))).toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('is refused with the code, the fields and the reasons', async () => {
    const error = await refusal(one(1));
    expect(error).toMatchObject({ code: status.OUT_OF_RANGE, details: 'That is too far.' });
    expect(detailsOf(error)).toMatch(
      /google.rpc.ErrorInfo.*TooFar.*google.rpc.BadRequest.*steps\[0\]\.to.*is too far/s,
    );
  });

  it('is told that a race was lost, when to come back, and nothing of our errors', async () => {
    expect(await refusal(one(2))).toMatchObject({ code: status.ABORTED });
    const busy = await refusal(one(3));
    expect(busy.code).toBe(status.UNAVAILABLE);
    expect(detailsOf(busy)).toContain('google.rpc.RetryInfo');
    const bug = await refusal(one(4));
    expect(bug.code).toBe(status.INTERNAL);
    expect(bug.details + detailsOf(bug)).not.toContain('secret');
  });
});

const settled = async (look: () => number): Promise<number> => {
  for (let last = -1, same = 0; ;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    same = look() === last ? same + 1 : 0;
    last = look();
    if (same === 5) return last;
  }
};

describe('a stream of answers', () => {
  it('arrives whole, in order', async () => {
    const got: number[] = [];
    for await (const { n } of client.many({ to: 5_000 })) got.push(n);
    expect(got).toEqual(Array.from({ length: 5_000 }, (_, at) => at + 1));
  });

  it('waits for a client that pauses, and ends its source when the client goes', async () => {
    seen.pulled = 0;
    const call = client.many({ to: 1_000_000 });
    call.on('error', () => {});
    await new Promise((resolve) => call.once('data', resolve));
    call.pause();
    // A thousand items are a megabyte; windows and buffers hold a few hundred kilobytes.
    expect(await settled(() => seen.pulled)).toBeLessThan(1_000);
    const ended = seen.ended;
    call.cancel();
    await settled(() => seen.ended);
    expect(seen.ended).toBe(ended + 1);
  });

  it('is refused as a unary call is, before and after the first item', async () => {
    const all = async (to: number, entries = {}): Promise<number> => {
      let n = 0;
      for await (const _ of client.many({ to }, metadataOf(entries))) n += 1;
      return n;
    };
    expect(await refusal(all(0))).toMatchObject({ code: status.OUT_OF_RANGE });
    expect(await refusal(all(1, { 'x-tenant': 'nobody' }))).toMatchObject({ code: status.NOT_FOUND });
    expect(detailsOf(await refusal(all(0)))).toContain('TooFar');
  });
});

describe('a stream of questions', () => {
  const asked = async (asks: Iterable<number>, entries = {}): Promise<Told[]> => {
    const call = client.each(metadataOf(entries));
    void (async () => {
      for (const to of asks) if (!call.write({ to })) await new Promise((resolve) => call.once('drain', resolve));
      call.end();
    })();
    const got: Told[] = [];
    for await (const told of call) got.push(told);
    return got;
  };

  it('is answered one by one', async () => {
    const got = await asked([1, 2, 3], { 'x-tenant': 'acme' });
    expect(got).toEqual([1, 2, 3].map((n) => ({ n, text: 'acme' })));
    expect(await asked([])).toEqual([]);
  });

  it('is refused in the middle, and at the beginning', async () => {
    expect(await refusal(asked([1, 13, 2]))).toMatchObject({ code: status.OUT_OF_RANGE });
    expect(await refusal(asked([1], { 'x-tenant': 'nobody' }))).toMatchObject({ code: status.NOT_FOUND });
    expect(await refusal(asked([1], { 'x-tenant': 'NO' }))).toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('is not read faster than its answers are', async () => {
    seen.pulled = 0;
    const call = client.each(metadataOf({}));
    call.on('error', () => {});
    for (let to = 100; to < 5_000; to += 1) call.write({ to });
    await new Promise((resolve) => call.once('data', resolve));
    call.pause();
    expect(await settled(() => seen.pulled)).toBeLessThan(1_000);
    call.cancel();
    expect(await one(7)).toMatchObject({ n: 7 });
  });
});

type HealthClient = {
  check: (request: object, done: (error: unknown, answer: { status: string }) => void) => void;
  close: () => void;
};

describe('a server', () => {
  it('says that it serves', async () => {
    const definition = loadPackageDefinition(loadSync(protoPath, { enums: String })) as never as {
      grpc: { health: { v1: { Health: new (address: string, credentials: unknown) => HealthClient } } };
    };
    const health = new definition.grpc.health.v1.Health(booted.urls.grpc!, credentials.createInsecure());
    const check = promisify(health.check.bind(health));
    expect(await check({ service: 'test.v1.Counter' })).toEqual({ status: 'SERVING' });
    expect(await check({ service: '' })).toEqual({ status: 'SERVING' });
    health.close();
  });

  it('ends streams when it closes, and does not wait for more', async () => {
    const other = await start();
    const otherClient = new CounterClient(other.urls.grpc!, credentials.createInsecure());
    const call = otherClient.many({ to: -1 });
    const ended = refusal(
      (async () => {
        for await (const _ of call);
      })(),
    );
    await new Promise((resolve) => call.once('data', resolve));
    const began = performance.now();
    await other.close();
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(await ended).toMatchObject({ code: status.UNAVAILABLE });
    otherClient.close();
  });

  it('says which port is taken, and what to set', async () => {
    const port = Number(booted.urls.grpc!.split(':')[1]);
    const taken = boot({
      name: 'test',
      modules: [],
      http: { host: '127.0.0.1', port: 0 },
      grpc: { host: '127.0.0.1', port, services: {} },
      tenants: { exists: async () => true },
      log: pino({ level: 'silent' }),
    });
    await expect(taken).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use or not to be had: set GRPC_PORT to another.`,
    );
  });
});
