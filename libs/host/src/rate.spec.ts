import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { pino } from 'pino';
import { CounterModule } from '../test/counter.controller.ts';
import { CounterClient, counterService } from '../test/counter.ts';
import { problemIn } from '../test/toy-host.ts';
import { ToyModule, toyProblems } from '../test/toys.ts';
import { boot, type Booted } from './index.ts';

describe('a tenant that asks too much', () => {
  let booted: Booted;
  let client: CounterClient;
  beforeAll(async () => {
    booted = await boot({
      name: 'test',
      modules: [ToyModule, CounterModule],
      http: { host: '127.0.0.1', port: 0 },
      grpc: { host: '127.0.0.1', port: 0, services: { 'test.v1.Counter': counterService } },
      tenants: { exists: async (name) => name !== 'nobody' },
      problems: toyProblems,
      rate: { perSecond: 1, burst: 4 },
      log: pino({ level: 'silent' }),
    });
    client = new CounterClient(booted.urls.grpc!, credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    await booted.close();
  });

  const ask = (tenant: string, path = '/v1/toys') =>
    fetch(`${booted.urls.http}${path}`, { headers: { 'x-tenant': tenant } });

  const askAlot = async (tenant: string): Promise<Response[]> =>
    Promise.all(Array.from({ length: 50 }, () => ask(tenant)));

  it('is told to wait, and for how long; others are answered', async () => {
    const answers = await askAlot('greedy');
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer.status === 200).length).toBe(50 - refused.length);
    expect(await problemIn(refused[0]!)).toMatchObject({
      code: 'TooManyRequests',
      type: '/problems/too-many-requests',
    });
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await ask('modest')).status).toBe(200);
  });

  it('is answered again a moment later', async () => {
    await askAlot('patient');
    await eventually(async () => expect((await ask('patient')).status).toBe(200), { within: 20_000 });
  });

  it('is told the same over gRPC', async () => {
    const metadata = new Metadata();
    metadata.set('x-tenant', 'calling');
    const one = () =>
      new Promise<ServiceError | null>((resolve) => client.one({ to: 7 }, metadata, (error) => resolve(error)));
    const refused = (await Promise.all(Array.from({ length: 50 }, one))).find((error) => error !== null)!;
    expect(refused.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(String(refused.metadata.get('grpc-status-details-bin')[0])).toMatch(
      /TooManyRequests.*google.rpc.RetryInfo/s,
    );
  });

  it('is still told whether the process is healthy', async () => {
    await askAlot('watched');
    const healths = await Promise.all(Array.from({ length: 20 }, () => ask('watched', '/health/live')));
    expect(healths.every((answer) => answer.status === 200)).toBe(true);
  });
});
