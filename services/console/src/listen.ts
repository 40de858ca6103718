import { createParser } from 'eventsource-parser';
import { headers, Problem, problemOf } from './api.ts';

type Heard = (event: string, data: unknown) => void;

/** The ledger does not have what was seen: it was restored to an earlier time. */
const beyond = 422;

/**
 * Listens to server-sent events after what was seen until the signal aborts. Comes back by itself after a break, and goes on
 * after the last event that was seen; rests while nobody looks, as a browser opens only six connections to one server.
 */
export const listen = async (path: string, seen: string, heard: Heard, signal: AbortSignal): Promise<void> => {
  const stream: Stream = { path, last: seen, heard, hasHeard: false };
  let wait = 1_000;
  while (!signal.aborted) {
    await untilLookedAt(signal);
    if (signal.aborted) return;
    try {
      await read(stream, signal, () => (wait = 1_000));
    } catch (error) {
      // The server does not have it: asking again changes nothing.
      if (error instanceof Problem && error.status < 500 && error.status !== 429) {
        // Whoever reads anew may be refused again.
        await pause(wait, signal);
        if (!signal.aborted && (stream.hasHeard || error.status === beyond)) heard('problem', error);
        return;
      }
    }
    await pause(wait, signal);
    wait = Math.min(wait * 2, 30_000);
  }
};

/** `last` is the id of what was seen last. */
type Stream = { readonly path: string; readonly heard: Heard; last: string; hasHeard: boolean };

// One connection, to its end.
const read = async (stream: Stream, signal: AbortSignal, onOpen: () => void): Promise<void> => {
  const until = new AbortController();
  const stop = () => until.abort();
  const onLook = () => document.hidden && stop();
  signal.addEventListener('abort', stop, { once: true });
  document.addEventListener('visibilitychange', onLook);
  try {
    const response = await fetch(stream.path, {
      headers: headers({ accept: 'text/event-stream', 'last-event-id': stream.last }),
      signal: until.signal,
    });
    if (!response.ok || !response.body) throw await problemOf(response);
    onOpen();
    await readBody(stream, response.body.pipeThrough(new TextDecoderStream()).getReader());
  } finally {
    signal.removeEventListener('abort', stop);
    document.removeEventListener('visibilitychange', onLook);
  }
};

const readBody = async (stream: Stream, reader: ReadableStreamDefaultReader<string>): Promise<void> => {
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      stream.hasHeard = true;
      if (id !== undefined) stream.last = id;
      stream.heard(event ?? 'message', JSON.parse(data) as unknown);
    },
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(value);
  }
};

const untilLookedAt = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (!document.hidden || signal.aborted) return resolve();
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
