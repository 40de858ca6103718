import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Query, Req, Res } from '@nestjs/common';
import { Rejection } from '@throughline/decider';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { boot, type Booted, lastEventId, ndjson, type ServerSentEvent, sse } from './index.ts';

const seen = { pulled: 0, ended: 0 };

async function* count(to: number, signal: AbortSignal): AsyncGenerator<{ n: number; text: string }> {
  try {
    for (let n = 1; n <= to && !signal.aborted; n += 1) {
      seen.pulled += 1;
      yield { n, text: 'x'.repeat(1_000) };
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    seen.ended += 1;
  }
}

// oxlint-disable-next-line require-yield -- a source that fails before its first item
async function* refused(): AsyncGenerator<never> {
  throw new Rejection('InvalidQuery', 'There is nothing to count.');
}

async function* cut(): AsyncGenerator<{ n: number }> {
  yield { n: 1 };
  await new Promise((resolve) => setTimeout(resolve, 50));
  throw new Error('the database went away');
}

async function* events(from: number, signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
  try {
    for (let n = from + 1; n <= from + 2; n += 1) yield { id: String(n), event: 'entry', data: { n, text: 'a\nb' } };
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    seen.ended += 1;
  }
}

@Controller()
class StreamController {
  @Get('lines')
  lines(@Query('to') to: string, @Res() reply: FastifyReply) {
    return ndjson(reply, (signal) => (to === 'none' ? refused() : to === 'cut' ? cut() : count(Number(to), signal)));
  }

  @Get('events')
  events(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const from = Number(lastEventId(request) ?? 0);
    return sse(reply, (signal) => events(from, signal), 30);
  }
}

@Module({ controllers: [StreamController] })
class StreamModule {}

const start = (): Promise<Booted> =>
  boot({
    name: 'test',
    modules: [StreamModule],
    http: { host: '127.0.0.1', port: 0 },
    tenants: { exists: async () => true },
    log: pino({ level: 'silent' }),
  });

let booted: Booted;
beforeAll(async () => {
  booted = await start();
});
afterAll(() => booted.close());

const open = (path: string, from = booted): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => get(`${from.urls.http}${path}`, resolve).on('error', reject));

const settled = async (look: () => number): Promise<number> => {
  for (let last = -1, same = 0; ;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    same = look() === last ? same + 1 : 0;
    last = look();
    if (same === 5) return last;
  }
};

describe('NDJSON', () => {
  it('arrives whole, in order', async () => {
    const response = await fetch(`${booted.urls.http}/lines?to=3000`);
    expect(response.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
      Array.from({ length: 3_000 }, (_, at) => at + 1),
    );
    expect(await (await fetch(`${booted.urls.http}/lines?to=0`)).text()).toBe('');
  });

  it('is not read to answer a HEAD', async () => {
    seen.pulled = 0;
    expect((await fetch(`${booted.urls.http}/lines?to=1000000`, { method: 'HEAD' })).status).toBe(200);
    expect(seen.pulled).toBe(0);
  });

  it('waits for a client that pauses, and ends its source when the client goes', async () => {
    seen.pulled = 0;
    const response = await open('/lines?to=1000000');
    response.pause();
    // A thousand lines are a megabyte; a socket's buffers on loopback hold several.
    expect(await settled(() => seen.pulled)).toBeLessThan(20_000);
    const ended = seen.ended;
    response.destroy();
    await settled(() => seen.ended);
    expect(seen.ended).toBe(ended + 1);
  });

  it('is a problem where it fails before the first line, and is cut where it fails later', async () => {
    const response = await fetch(`${booted.urls.http}/lines?to=none`);
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    await expect(fetch(`${booted.urls.http}/lines?to=cut`).then((late) => late.text())).rejects.toThrow();
  });
});

describe('server-sent events', () => {
  const until = async (response: Response, text: string): Promise<string> => {
    let got = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      got += chunk;
      if (got.includes(text)) return got;
    }
    return got;
  };

  it('arrive at once, go on after the last one seen, and beat in silence', async () => {
    const response = await fetch(`${booted.urls.http}/events`, { headers: { 'last-event-id': '7' } });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const got = await until(response, ': still here');
    expect(got).toContain('id: 8\nevent: entry\ndata: {"n":8,"text":"a\\nb"}\n\nid: 9\n');
  });

  it('end their source when the client goes', async () => {
    const ended = await settled(() => seen.ended);
    const response = await open('/events');
    await new Promise((resolve) => response.once('data', resolve));
    response.destroy();
    await settled(() => seen.ended);
    expect(seen.ended).toBe(ended + 1);
  });

  it('end when the host closes', async () => {
    const other = await start();
    const response = await fetch(`${other.urls.http}/events`);
    const began = performance.now();
    await Promise.all([response.text(), other.close()]);
    expect(performance.now() - began).toBeLessThan(6_000);
  });
});
