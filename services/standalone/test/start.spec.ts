import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, temporaryFolder } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { type Captured, interaction } from './made.ts';
import { launch, livingOf, type Standalone, standalone, treeOf } from './standalone.ts';

type Event = { readonly id: string; readonly position: number };
const eventsOf = async ({ url }: Standalone): Promise<Event[]> =>
  (await told(asking(url))<string>('/v1/events'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);

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
  let it_: Standalone;
  let kept: Captured;
  beforeAll(async () => {
    it_ = await standalone();
  }, 90_000);
  afterAll(() => it_.kill());

  it('says that it is ready and where it is reached', async () => {
    expect(it_.out()).toMatch(/^Throughline is ready$/m);
    expect(it_.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(it_.grpc).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(it_.out()).toContain(`  HTTP     ${it_.url}/v1 `);
    expect(it_.out()).toContain(`  data     ${it_.dir}`);
    expect(it_.err()).toBe('');
    const ready = await told(asking(it_.url))('/health/ready');
    expect(ready).toMatchObject({ status: 'ready', checks: { database: { ok: true } } });
  });

  it('refuses a second instance on its folder in words, and works on', async () => {
    const second = await launch({ dir: it_.dir, env: {} }).ended;
    expect(second.code).toBe(1);
    expect(second.err).toContain('is in use by another instance');
    expect(second.err).toContain(String(it_.pid));
    expect(second.err).not.toMatch(/^\s+at /m);
    kept = await told(asking(it_.url))<Captured>('/v1/interactions', { json: interaction('kept') });
    expect(kept.outcome).toBe('captured');
  }, 60_000);

  it('drains on SIGTERM: what had begun is finished, streams end, nothing is left', async () => {
    const tree = await treeOf(it_.pid);
    expect(tree.length).toBeGreaterThan(2);
    const items = Array.from({ length: 50 }, (_, n) => interaction(`drained-${n}`));
    const batch = halfSent(it_.url, JSON.stringify(items));
    const stream = await fetch(`${it_.url}/v1/events?follow=true`);
    const began = performance.now();
    const ended = it_.stop();
    await eventually(() => expect(fetch(`${it_.url}/health/live`)).rejects.toThrow());
    batch.sendRest();
    expect(await batch.answer).toBe(200);
    expect(await stream.text()).toContain(kept.id);
    expect(await ended).toMatchObject({ code: 0, signal: null, err: '' });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await livingOf(tree)).toEqual([]);
  }, 30_000);

  it('is ready again within ten seconds, with all that was there', async () => {
    it_ = await standalone({ dir: it_.dir });
    expect(it_.readyWithin).toBeLessThan(10_000);
    const events = await eventsOf(it_);
    expect(events).toHaveLength(51);
    expect(events[0]).toMatchObject({ id: kept.id, position: kept.position });
  }, 60_000);

  it('picks up after a power cut: nothing acknowledged is lost, nothing is there twice', async () => {
    const ask = asking(it_.url);
    const tree = await treeOf(it_.pid);
    const acked: Captured[] = [];
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; ; n += 1) {
        const { body } = await ask<Captured>('/v1/interactions', { json: interaction(`cut-${writer}-${n}`) });
        acked.push(body);
      }
    });
    const cut = Promise.allSettled(writers);
    await eventually(() => expect(acked.length).toBeGreaterThan(200), { within: 20_000 });
    await it_.kill();
    await cut;
    // The server's children end by themselves once it is gone; a next start would see to it, too.
    expect(await livingOf([it_.pid])).toEqual([]);

    it_ = await standalone({ dir: it_.dir });
    expect(await livingOf(tree)).toEqual([]);
    const events = await eventsOf(it_);
    const found = new Map(events.map(({ id, position }) => [id, position]));
    expect(acked.filter(({ id, position }) => found.get(id) !== position)).toEqual([]);
    expect(found.size).toBe(events.length);
    expect(events.map(({ position }) => position)).toEqual(events.map((_, at) => at + 1));
    const again = await asking(it_.url)<Captured>('/v1/interactions', { json: interaction('cut-0-0') });
    expect(again).toMatchObject({
      status: 200,
      body: { ...acked.find(({ id }) => id === again.body.id), outcome: 'duplicate' },
    });
  }, 90_000);

  it('ends a server that a killed process left behind, and takes its folder over', async () => {
    const tree = await treeOf(it_.pid);
    it_.child.kill('SIGKILL');
    await it_.ended;
    it_ = await standalone({ dir: it_.dir });
    expect(await livingOf(tree)).toEqual([]);
    expect((await eventsOf(it_))[0]).toMatchObject({ id: kept.id });
  }, 60_000);

  it('stands beside another one with its own ports and folder', async () => {
    const other = await standalone();
    try {
      expect(await eventsOf(other)).toEqual([]);
      const { id } = await told(asking(other.url))<Captured>('/v1/interactions', { json: interaction('other') });
      expect((await eventsOf(other)).map((event) => event.id)).toEqual([id]);
      expect((await eventsOf(it_)).map((event) => event.id)).not.toContain(id);
      expect(await other.stop('SIGINT')).toMatchObject({ code: 0, err: '' });
    } finally {
      await other.kill();
    }
    expect(await told(asking(it_.url))('/health/live')).toEqual({ status: 'live' });
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

  it.each(['0.0.0.0', '192.0.2.7', '::'])('is refused on %s, before anything is made', async (host) => {
    const { code, err } = await failed({ HTTP_HOST: host });
    expect(code).toBe(1);
    expect(err).toContain(`HTTP_HOST is ${host}`);
    expect(err).toContain('there is no authentication yet');
    expect(err).not.toMatch(/^\s+at /m);
    expect(existsSync(`${dir}/postgres`)).toBe(false);
  });

  it('names every setting that is wrong', async () => {
    const { code, err } = await failed({ HTTP_PORT: 'many', GRPC_PORT: '70000', LOG_LEVEL: 'loud' });
    expect(code).toBe(2);
    for (const name of ['HTTP_PORT', 'GRPC_PORT', 'LOG_LEVEL']) expect(err).toMatch(new RegExp(`^${name} `, 'm'));
  });

  it.each(['HTTP_PORT', 'GRPC_PORT'])(
    'names the port that is taken and %s, and leaves nothing running',
    async (name) => {
      const { code, err, out } = await failed({ [name]: port() });
      expect(code).toBe(1);
      expect(err).toContain(`Port ${port()}`);
      expect(err).toContain(name);
      expect(err).not.toMatch(/^\s+at /m);
      expect(out).not.toContain('is ready');
      const later = await standalone({ dir });
      expect(later.out()).not.toContain('left behind');
      expect(await later.stop()).toMatchObject({ code: 0 });
    },
    60_000,
  );

  it('says that the keys are not those of the data, and starts once they are back', async () => {
    await rename(`${dir}/keys`, `${dir}/kept`);
    const { code, err } = await failed({});
    expect(code).toBe(1);
    expect(err).toContain('is not the key store that these data are sealed under');
    await rm(`${dir}/keys`, { recursive: true });
    await rename(`${dir}/kept`, `${dir}/keys`);
    expect(await (await standalone({ dir })).stop()).toMatchObject({ code: 0 });
  }, 60_000);
});
