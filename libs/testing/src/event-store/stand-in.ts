import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { Server, ServerCredentials, type ServerReadableStream, type ServerWritableStream, status } from '@grpc/grpc-js';
import { type Door, openDoor } from './door.ts';
import { Log } from './log.ts';
import { subscriptions } from './subscription.ts';
import { type Answer, appended, appendIn, eventOf, notFound, type Read, readIn, refused, tooLarge } from './wire.ts';

/** A stand-in for an EventStoreDB server, with what may go wrong on the way to it. */
export type StandIn = {
  /** A connection string. */
  readonly url: string;
  /** All connections break; new ones are welcome. */
  readonly breakConnections: () => Promise<void>;
  /** The next append is done, and its answer is lost; asked for twice, the next answer about a stream is lost after it. */
  readonly loseNextAnswer: () => void;
  /** Connections break while the next append is on its way; it arrives when the answer is called. */
  readonly delayNextAppend: () => () => Promise<void>;
  /** The power fails and comes back: what was not on the disk is gone. */
  readonly crash: () => Promise<void>;
  /** Each subscription breaks after so many events; 0 is never. */
  readonly tire: (after: number) => void;
  readonly close: () => Promise<void>;
};

const maxAppendSize = 16 * 1024 * 1024;
const awayMs = 50;

type Appending = ServerReadableStream<AppendReq, AppendResp>;
type Reading = ServerWritableStream<ReadReq, ReadResp>;

/**
 * Speaks the part of EventStoreDB's protocol that the ledger uses (`Streams/Append`, and `Streams/Read` for pages of a
 * stream, for `$all` backwards, and for filtered subscriptions to `$all`) from memory, by the definitions that come with
 * its client and by what its documentation and source say. It shows what the ledger does with such answers, not that the
 * real server gives them. It is as awkward as that one may be: it has records of its own and of others between ours,
 * breaks off, says events twice, and takes no position at which no record begins.
 */
export const standIn = async (): Promise<StandIn> => {
  const log = new Log();
  const subscribed = subscriptions(log);
  const faults = { toLose: 0, lostOne: false, delayed: [] as ((work: () => Promise<void>) => void)[] };
  let door: Door;
  let flushing: Promise<void> | undefined;

  /** As a disk does: once for all who wait. */
  const flush = () =>
    (flushing ??= new Promise<void>((resolve) => void setImmediate(resolve)).then(() => {
      log.flush();
      flushing = undefined;
      subscribed.wake();
    }));

  const append = async (call: Appending, answer: Answer) => {
    const asked = await appendIn(call);
    if (!asked) return;
    const { stream, expected, events } = asked;
    const bytes = events.reduce((sum, { data, customMetadata }) => sum + data.length + customMetadata.length, 0);
    if (bytes > maxAppendSize) return answer(tooLarge(maxAppendSize));
    const work = async () => {
      const outcome = log.append(stream, expected, events);
      await flush();
      return outcome;
    };
    const delay = faults.delayed.shift();
    if (delay) {
      delay(async () => void (await work()));
      return door.slam();
    }
    const outcome = await work();
    if (faults.toLose === 0) return answer(null, appended(outcome, expected));
    faults.toLose -= 1;
    faults.lostOne = true;
    door.slam();
  };

  const pageOf = (call: Reading, { stream, from, limit, backwards }: Extract<Read, { of: 'stream' }>) => {
    if (faults.lostOne && faults.toLose > 0) {
      faults.toLose -= 1;
      return door.slam();
    }
    faults.lostOne = false;
    const line = log.stream(stream);
    if (!line) call.write(notFound(stream));
    const page = backwards ? line?.toReversed().slice(0, limit) : line?.slice(from === 'end' ? line.length : from).slice(0, limit); // prettier-ignore
    for (const event of page ?? []) call.write(eventOf(event));
    call.end();
  };

  const read = async (call: Reading) => {
    const asked = readIn(call.request);
    switch (asked.of) {
      case 'stream':
        return pageOf(call, asked);
      case 'all': {
        const end = asked.before === 'end' ? log.size : log.after(asked.before)! - 1;
        for (let nth = end - 1; nth >= 0 && nth >= end - asked.limit; nth -= 1) call.write(eventOf(log.at(nth)!));
        return call.end();
      }
      case 'subscription':
        return subscribed.begin(call, asked);
    }
  };

  const server = new Server({ 'grpc.max_receive_message_length': maxAppendSize + 1_000_000, 'grpc.max_send_message_length': -1 }); // prettier-ignore
  const unused = () => {
    throw new Error('the ledger makes no such call');
  };
  server.addService(streams.StreamsService, {
    append: (call: Appending, answer: Answer) => void append(call, answer).catch(() => {}), // It was cut off: nobody waits for it.
    read: (call: Reading) => void read(call).catch((error: Error) => call.emit('error', refused(status.INTERNAL, error.message))), // prettier-ignore
    delete: unused,
    tombstone: unused,
    batchAppend: unused,
  });
  const inside = await new Promise<number>(
    (resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port))), // prettier-ignore
  );
  door = await openDoor(inside);

  return {
    url: `esdb://127.0.0.1:${door.port}?tls=false`,
    breakConnections: async () => door.slam(),
    loseNextAnswer: () => void (faults.toLose += 1),
    delayNextAppend: () => {
      let arrive: () => Promise<void> = async () => {
        throw new Error('there was no append to delay');
      };
      faults.delayed.push((work) => void (arrive = work));
      return () => arrive();
    },
    crash: async () => {
      door.lock();
      log.crash();
      await new Promise((resolve) => void setTimeout(resolve, awayMs));
      door.unlock();
    },
    tire: subscribed.tire,
    close: async () => {
      await door.close();
      server.forceShutdown();
    },
  };
};
