import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { availableParallelism, loadavg } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mustBeLoopback } from '@throughline/host';
import { openKeyStore } from '@throughline/privacy';
import { openInstallation } from '@throughline/service';
import { eventually, segmentsOf, sharedBy, temporaryFolder } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { type Captured, interaction } from './made.ts';
import { launch, livingOf, type Standalone, standalone, treeOf } from './standalone.ts';

type Event = { readonly id: string; readonly position: number; readonly type: string };
const eventsOf = async ({ url }: Standalone): Promise<Event[]> =>
  (await told(asking(url))<string>('/v1/events'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);

/** What was captured; what routing makes of it comes when it comes. */
const capturedBy = async (server: Standalone): Promise<Event[]> =>
  (await eventsOf(server)).filter(({ type }) => type === 'InteractionCaptured');

/** A request that is on its way: its head arrived, its body did not. */
const halfSent = (url: string, body: string) => {
  const half = body.length >> 1;
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sending = request(`${url}/v1/interactions:batch`, { method: 'POST', headers });
  sending.write(body.slice(0, half));
  const answer = once(sending, 'response').then(([response]: { statusCode: number }[]) => response!.statusCode);
  return { sending, answer, sendRest: () => sending.end(body.slice(half)) };
};

describe('a standalone', () => {
  let server: Standalone;
  let kept: Captured;
  const restarts: number[] = [];
  const startAgain = async () => {
    server = await standalone({ dir: server.dir });
    restarts.push(server.readyWithin);
  };
  beforeAll(async () => {
    server = await standalone();
  }, 90_000);
  afterAll(() => server.kill());

  it('says that it is ready and where it is reached', async () => {
    expect(server.out()).toMatch(/^Throughline is ready$/m);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.grpc).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(server.out()).toContain(`  HTTP     ${server.url}/v1 `);
    expect(server.out()).toContain(`  data     ${server.dir}`);
    expect(server.err()).toBe('');
    const ready = await told(asking(server.url))('/health/ready');
    expect(ready).toMatchObject({ status: 'ready', checks: { database: { ok: true } } });
  });

  it('refuses a second instance on its folder in words, and works on', async () => {
    const second = await launch({ dir: server.dir, env: {} }).ended;
    expect(second.code).toBe(1);
    expect(second.err).toContain('is in use by another instance');
    expect(second.err).toContain(String(server.pid));
    expect(second.err).not.toMatch(/^\s+at /m);
    kept = await told(asking(server.url))<Captured>('/v1/interactions', { json: interaction('kept') });
    expect(kept.outcome).toBe('captured');
  }, 60_000);

  it('drains on SIGTERM: what had begun is finished, streams end, nothing is left', async () => {
    const tree = await treeOf(server.pid);
    expect(tree.length).toBeGreaterThan(2);
    const items = Array.from({ length: 50 }, (_, n) => interaction(`drained-${n}`));
    const batch = halfSent(server.url, JSON.stringify(items));
    const stream = await fetch(`${server.url}/v1/events?follow=true`);
    const began = performance.now();
    const ended = server.stop();
    await eventually(() => expect(fetch(`${server.url}/health/live`)).rejects.toThrow());
    batch.sendRest();
    expect(await batch.answer).toBe(200);
    expect(await stream.text()).toContain(kept.id);
    expect(await ended).toMatchObject({ code: 0, signal: null, err: '' });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await livingOf(tree)).toEqual([]);
  }, 30_000);

  it('is there again, with all that was there', async () => {
    await startAgain();
    const events = await capturedBy(server);
    expect(events).toHaveLength(51);
    expect(events[0]).toMatchObject({ id: kept.id, position: kept.position });
  }, 60_000);

  it('picks up after a power cut: nothing acknowledged is lost, nothing is there twice', async () => {
    const ask = asking(server.url);
    const tree = await treeOf(server.pid);
    const acked: Captured[] = [];
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; ; n += 1) {
        const { body } = await ask<Captured>('/v1/interactions', { json: interaction(`cut-${writer}-${n}`) });
        acked.push(body);
      }
    });
    const cut = Promise.allSettled(writers);
    await eventually(() => expect(acked.length).toBeGreaterThan(200), { within: 20_000 });
    const [shared, segments] = await Promise.all([sharedBy(tree), segmentsOf(tree)]);
    await server.kill();
    await cut;
    // As nothing is in memory after one.
    expect(shared).not.toEqual([]);
    expect(shared.filter((file) => existsSync(file))).toEqual([]);
    expect(segments).toHaveLength(1);
    expect((await readFile('/proc/sysvipc/shm', 'utf8')).match(new RegExp(` ${segments[0]} `))).toBeNull();
    // The server's children end by themselves once it is gone; a next start would see to it, too.
    expect(await livingOf([server.pid])).toEqual([]);

    await startAgain();
    expect(await livingOf(tree)).toEqual([]);
    const events = await eventsOf(server);
    const found = new Map(events.map(({ id, position }) => [id, position]));
    expect(acked.filter(({ id, position }) => found.get(id) !== position)).toEqual([]);
    expect(found.size).toBe(events.length);
    expect(events.map(({ position }) => position)).toEqual(events.map((_, at) => at + 1));
    const again = await asking(server.url)<Captured>('/v1/interactions', { json: interaction('cut-0-0') });
    expect(again).toMatchObject({
      status: 200,
      body: { ...acked.find(({ id }) => id === again.body.id), outcome: 'duplicate' },
    });
  }, 90_000);

  it('ends a server that a killed process left behind, and takes its folder over', async () => {
    const tree = await treeOf(server.pid);
    server.child.kill('SIGKILL');
    await server.ended;
    await startAgain();
    expect(await livingOf(tree)).toEqual([]);
    expect((await eventsOf(server))[0]).toMatchObject({ id: kept.id });
  }, 60_000);

  it('is ready again within ten seconds', () => {
    // On a machine of its own; where others wait for the processors as well, it waits its turn.
    const waiting = Math.max(1, loadavg()[0]! / availableParallelism());
    expect(Math.min(...restarts)).toBeLessThan(10_000 * waiting);
  });

  it('stands beside another one with its own ports and folder', async () => {
    const other = await standalone();
    try {
      expect(await eventsOf(other)).toEqual([]);
      const { id } = await told(asking(other.url))<Captured>('/v1/interactions', { json: interaction('other') });
      expect((await capturedBy(other)).map((event) => event.id)).toEqual([id]);
      expect((await eventsOf(server)).map((event) => event.id)).not.toContain(id);
      expect(await other.stop('SIGINT')).toMatchObject({ code: 0, err: '' });
    } finally {
      await other.kill();
    }
    expect(await told(asking(server.url))('/health/live')).toEqual({ status: 'live' });
  }, 90_000);
});

describe('a start that cannot be', () => {
  let dir: string;
  const taken = createServer();
  beforeAll(async () => {
    dir = await temporaryFolder();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => void taken.close());
  const port = () => String((taken.address() as { port: number }).port);
  const failed = (env: Record<string, string>) => launch({ dir, env }).ended;

  it('is refused where other machines may reach it, before anything is made', async () => {
    const { code, err } = await failed({ HTTP_HOST: '0.0.0.0' });
    expect(code).toBe(1);
    expect(err).toContain('HTTP_HOST is 0.0.0.0');
    expect(err).toContain('there is no authentication');
    expect(err).not.toMatch(/^\s+at /m);
    expect(existsSync(`${dir}/postgres`)).toBe(false);
    expect(() => mustBeLoopback('::', 'HTTP_HOST')).toThrow('HTTP_HOST is ::, which other machines may reach');
  });

  it('is refused in what cannot be the data folder', async () => {
    const refusal = (folder: string) => `THROUGHLINE_DATA_DIR is ${folder}, which cannot be`;
    const { code, err } = await launch({ dir: '/proc/none', env: {} }).ended;
    expect([code, err]).toEqual([1, expect.stringContaining(refusal('/proc/none'))]);
    expect(err.trim().split('\n')).toHaveLength(1);
    for (const folder of [import.meta.filename, `${import.meta.filename}/in`])
      await expect(openInstallation(folder, () => undefined)).rejects.toThrow(refusal(folder));
  });

  it('names every setting that is wrong', async () => {
    const { code, err } = await failed({ HTTP_PORT: 'many', GRPC_PORT: '70000', LOG_LEVEL: 'loud' });
    expect(code).toBe(2);
    for (const name of ['HTTP_PORT', 'GRPC_PORT', 'LOG_LEVEL']) expect(err).toMatch(new RegExp(`^${name} `, 'm'));
  });

  it('names all ports that are taken', async () => {
    const { code, err, out } = await failed({ HTTP_PORT: port(), GRPC_PORT: port(), METRICS_PORT: port() });
    expect(code).toBe(1);
    for (const name of ['HTTP_PORT', 'GRPC_PORT', 'METRICS_PORT'])
      expect(err).toContain(`Port ${port()} on 127.0.0.1 is in use: set ${name} to another.`);
    expect(err).not.toMatch(/^\s+at /m);
    expect(out).not.toContain('is ready');
    expect(existsSync(`${dir}/postgres`)).toBe(false);
  }, 60_000);

  it('says that the keys are missing, or not those of the data, and starts once they are back', async () => {
    await (await standalone({ dir })).stop();
    await rename(`${dir}/keys`, `${dir}/kept`);
    const missing = await failed({});
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining(`${dir}/keys/keys.sqlite is missing`)]);
    expect(existsSync(`${dir}/keys`)).toBe(false);
    (await openKeyStore({ url: `file:${dir}/keys/keys.sqlite`, kek: `${dir}/keys/kek` })).close();
    const { code, err } = await failed({});
    expect([code, err]).toEqual([1, expect.stringContaining('is not the key store that these data are sealed under')]);
    await rm(`${dir}/keys`, { recursive: true });
    await rename(`${dir}/kept`, `${dir}/keys`);
    const mended = await standalone({ dir });
    // The start that failed took the database with it.
    expect(mended.out()).not.toContain('left behind');
    expect(await mended.stop()).toMatchObject({ code: 0 });
  }, 120_000);
});
