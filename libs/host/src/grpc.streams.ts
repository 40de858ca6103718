import { type EventEmitter, once } from 'node:events';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { Rejection } from '@throughline/decider';
import { Observable } from 'rxjs';
import { type Caller, callerOf } from './auth/caller.ts';
import type { Source } from './streams.ts';

/** A call that items can be written to. */
type Writable<Item> = EventEmitter & { readonly cancelled: boolean; write: (item: Item) => boolean };

// A call knows nothing of its server; the server says here when the calls that it serves are to end.
const closings = new WeakMap<object, AbortSignal>();

/** Makes the streams of a call end when the signal aborts. */
export const endsWith = (call: object, closing: AbortSignal): void => void closings.set(call, closing);

const never = new AbortController().signal;

const untilGone = (call: Writable<never>): AbortSignal => {
  const gone = new AbortController();
  if (call.cancelled) gone.abort();
  call.once('cancelled', () => gone.abort());
  return gone.signal;
};

/** Writes all items, waiting wherever the client does not keep up: nothing is buffered beyond the call's own window. */
const writeAll = async <Item>(call: Writable<Item>, open: Source<Item>, gone: AbortSignal): Promise<void> => {
  const closing = closings.get(call) ?? never;
  const signal = AbortSignal.any([gone, closing]);
  try {
    for await (const item of open(signal)) {
      if (signal.aborted) break;
      if (!call.write(item)) await once(call, 'drain', { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (closing.aborted && !gone.aborted) throw new Rejection('Stopping', 'The server is stopping. Call again.');
};

/**
 * The answer of a server-streaming handler: `return streamed(call, (signal) => items)`. The source is pulled only as
 * fast as the client reads. (Nest writes what an Observable emits, and buffers what the client does not take without
 * bound; so this one emits nothing, and writes by itself.)
 */
export const streamed = <Item>(call: Writable<Item>, open: Source<Item>): Observable<never> =>
  new Observable((subscriber) => {
    writeAll(call, open, untilGone(call)).then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
  });

/**
 * The answer of a handler that is streamed to and streams back, under `@GrpcStreamCall`: `return piped(call, answer)`.
 * `answer` gets the items as the client sends them (pulled, so that a client faster than the ledger waits) and yields
 * what goes back. Resolves when the call has ended.
 */
export const piped = async <In, Out>(
  call: ServerDuplexStream<In, Out>,
  answer: (items: AsyncIterable<In>, caller: Caller, signal: AbortSignal) => AsyncIterable<Out>,
): Promise<void> => {
  const caller = callerOf(call.metadata);
  const items = call.iterator({ destroyOnReturn: false }) as AsyncIterable<In>;
  await writeAll(call, (signal) => answer(items, caller, signal), untilGone(call));
  call.end();
};
