import { once } from 'node:events';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { type ServerWritableStream, status } from '@grpc/grpc-js';
import type { Log } from './log.ts';
import { caughtUp, checkpoint, confirmation, eventOf, type Read, refused } from './wire.ts';

type Call = ServerWritableStream<ReadReq, ReadResp>;
type Asked = Extract<Read, { of: 'subscription' }>;

/** Every so many events are said twice, as where another server takes over. */
const twice = 50;

/** Subscriptions to all of a log, for as long as who made them listens. */
export const subscriptions = (log: Log) => {
  const wakes = new Set<() => void>();
  let stamina = 0;

  const begin = async (call: Call, { from, matches }: Asked): Promise<void> => {
    const first = from === 'start' ? 0 : from === 'end' ? log.size : log.after(from);
    if (first === undefined) return void call.emit('error', refused(status.INVALID_ARGUMENT, 'Invalid position'));
    let at = first;
    let said = 0;
    const over = new AbortController();
    call.once('cancelled', () => over.abort()).once('close', () => over.abort());
    const breakOff = () => {
      over.abort();
      call.emit('error', refused(status.UNAVAILABLE, 'it goes away'));
    };
    const say = async (response: ReadResp) => {
      if (!over.signal.aborted && !call.write(response)) await once(call, 'drain', { signal: over.signal });
    };
    const catchUp = async () => {
      for (; at < log.size && !over.signal.aborted; at += 1) {
        const event = log.at(at)!;
        if (!matches(event.stream)) continue;
        await say(eventOf(event));
        said += 1;
        if (said % twice === 0) await say(eventOf(event));
        if (said === stamina) breakOff();
      }
    };
    await say(confirmation());
    await catchUp();
    await say(checkpoint(log.at(at - 1)?.position ?? 0n));
    await say(caughtUp());
    let running = Promise.resolve();
    if (over.signal.aborted) return;
    const wake = () => void (running = running.then(catchUp).catch(() => {}));
    wakes.add(wake);
    wake();
    over.signal.addEventListener('abort', () => wakes.delete(wake));
  };

  return {
    begin,
    /** There is something new. */
    wake: () => wakes.forEach((wake) => wake()),
    tire: (after: number) => void (stamina = after),
  };
};
