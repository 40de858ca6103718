import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { Rejection } from '@throughline/decider';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Opens a source of items; it ends, or throws, soon after the signal aborts: the client went, or the host closes. */
export type Source<Item> = (signal: AbortSignal) => AsyncIterable<Item>;

/** One server-sent event. `id` is what a client that comes back sends as `Last-Event-ID`. */
export type ServerSentEvent = { readonly id?: string; readonly event?: string; readonly data: unknown };

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborts when the host begins to close. */
    closing: AbortSignal;
  }
}

const enough = 16_384;

const untilGone = (reply: FastifyReply): AbortSignal => {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, reply.server.closing]);
};

/** Joins what comes within one turn of the event loop. Pulled only when asked: a reader that pauses stops the source. */
async function* joined(texts: AsyncIterable<string>): AsyncGenerator<string> {
  const source = texts[Symbol.asyncIterator]();
  const pull = () => {
    const next = source.next();
    next.catch(() => {}); // awaited below, but perhaps only after the reader's pause
    return next;
  };
  try {
    for (let next = pull(); ;) {
      let got: IteratorResult<string> | undefined = await next;
      if (got.done) return;
      let chunk = got.value;
      for (const pause = turn(undefined); chunk.length < enough; chunk += got.value) {
        next = pull();
        got = await Promise.race([next, pause]);
        if (!got || got.done) break;
      }
      yield chunk;
      if (chunk.length >= enough) next = pull();
    }
  } finally {
    source.return?.().catch(() => {});
  }
}

async function* lines(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`;
}

const send = (reply: FastifyReply, type: string, texts: () => AsyncIterable<string>): void => {
  // Fastify would read a source to its end to answer a HEAD, and some have none.
  const isHead = reply.request.method === 'HEAD';
  void reply.type(type).send(isHead ? '' : Readable.from(texts(), { objectMode: true, highWaterMark: 1 }));
};

/**
 * Answers with one JSON text a line (`application/x-ndjson`), never faster than the client reads. A source that throws
 * before its first item is answered with a problem; after it the connection is cut, so that nobody takes a part for all.
 */
export const ndjson = (reply: FastifyReply, open: Source<unknown>): void =>
  send(reply, 'application/x-ndjson; charset=utf-8', () => joined(lines(open(untilGone(reply)))));

/** What came first: the promise, or the end of the time (`late`), or the signal (`gone`). */
const first = async <T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T | 'late' | 'gone'> => {
  const { promise: other, resolve } = Promise.withResolvers<'late' | 'gone'>();
  const timer = setTimeout(resolve, ms, 'late');
  const gone = () => resolve('gone');
  signal.addEventListener('abort', gone, { once: true });
  if (signal.aborted) gone();
  try {
    return await Promise.race([promise, other]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', gone);
  }
};

const eventText = ({ id, event, data }: ServerSentEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;

async function* beating(
  events: AsyncIterable<ServerSentEvent>,
  signal: AbortSignal,
  heartbeatMs: number,
): AsyncGenerator<string> {
  const source = events[Symbol.asyncIterator]();
  try {
    yield 'retry: 1000\n\n'; // sends the headers, so that the client knows that it is connected
    for (let next = source.next(); ;) {
      const got = await first(next, heartbeatMs, signal);
      if (got === 'gone') return;
      if (got === 'late') {
        yield ': still here\n\n';
        continue;
      }
      if (got.done) return;
      yield eventText(got.value);
      next = source.next();
      next.catch(() => {});
    }
  } finally {
    source.return?.().catch(() => {});
  }
}

/**
 * Answers with server-sent events, never faster than the client reads, and with a comment every `heartbeatMs` of
 * silence, so that a dead connection is found. Ends when the host closes: browsers come back by themselves.
 */
export const sse = (reply: FastifyReply, open: Source<ServerSentEvent>, heartbeatMs = 15_000): void => {
  const signal = untilGone(reply);
  // A proxy that buffers or compresses would hold events back.
  void reply.headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' });
  send(reply, 'text/event-stream; charset=utf-8', () => beating(open(signal), signal, heartbeatMs));
};

/** What a client that comes back to an event stream saw last; undefined for one that begins. */
export const lastEventId = (request: Pick<FastifyRequest, 'headers'>): string | undefined => {
  const id = request.headers['last-event-id'];
  if (id === undefined || id === '') return undefined;
  if (typeof id === 'string' && id.length <= 256) return id;
  throw new Rejection('InvalidHeader', 'The header Last-Event-ID is longer than 256 characters.');
};
