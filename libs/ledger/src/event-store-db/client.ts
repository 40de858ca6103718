import {
  type AllStreamRecordedEvent,
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  MaxAppendSizeExceededError,
  NO_STREAM,
  type Position,
  type RecordedEvent,
  START,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { LedgerUnavailable } from '../errors.ts';
import { InvalidCommand } from '../ledger.ts';
import type { Proposed, Recorded } from './record.ts';

/** Events in order; `isLast` where there were no more when they were read. */
export type Page = { readonly events: readonly Recorded[]; readonly isLast: boolean };

/** An EventStoreDB or KurrentDB server. What it cannot do at the moment rejects with {@link LedgerUnavailable}. */
export type Server = {
  /**
   * Appends to a stream that has so many events, as one. `moved` where it has others: nothing was stored. Of a stream that
   * goes on with these very events after that version already, they are `stored`. Rejects with {@link InvalidCommand}
   * where they are more than the server takes at once.
   */
  readonly append: (name: string, version: number, events: readonly Proposed[]) => Promise<'stored' | 'moved'>;
  /** The events of a stream after a version, oldest first, at most `limit`. */
  readonly read: (name: string, version: number, limit?: number) => Promise<Recorded[]>;
  /** How many events a stream has. */
  readonly versionOf: (name: string) => Promise<number>;
  /** The events after one (from the first on where not given) in streams that begin with `prefix`, at most `limit`. */
  readonly after: (event: bigint | undefined, prefix: string, limit: number) => Promise<Page>;
  /** The newest event in streams that begin with `prefix`. */
  readonly newest: (prefix: string) => Promise<Recorded | undefined>;
  /** Calls `wake` when something was appended to streams that begin with `prefix`. Answers how to stop. */
  readonly watch: (prefix: string, wake: () => void) => () => void;
  readonly close: () => Promise<void>;
};

/** Milliseconds. */
const patience = { answer: 60_000, catchUp: 60_000, reconnect: 500 };

// What gRPC says to a message that is too large for it.
const resourceExhausted = 8;

const recorded = (event: RecordedEvent | AllStreamRecordedEvent): Recorded => ({
  name: event.streamId,
  revision: event.revision,
  id: event.id,
  type: event.type,
  created: event.created,
  data: event.isJson ? Buffer.from(JSON.stringify(event.data)) : event.data,
  metadata: event.metadata,
  position: event.position?.commit ?? 2n ** 64n - 1n,
});

const unavailable = (error: unknown): Error =>
  new LedgerUnavailable(`EventStoreDB did not answer: ${(error as Error).message}`, { cause: error });

const clientOf = (url: string): EventStoreDBClient => {
  let client: EventStoreDBClient;
  try {
    client = EventStoreDBClient.connectionString(url);
  } catch {
    // Its own error repeats the URL, and the password in it.
    throw new TypeError('is no connection string of EventStoreDB, such as esdb://host:2113?tls=false');
  }
  // It keeps the answers to appends in batches for all clients of a process in one place: what befalls one connection
  // befalls all, and an answer that comes late ends the process. One call for each append has none of that.
  Object.assign(client, { supports: async () => false });
  return client;
};

/** Connects when it is first needed. Throws TypeError where the URL is none. */
export const openServer = (url: string): Server => {
  const client = clientOf(url);

  const append: Server['append'] = async (name, version, events) => {
    const expectedRevision = version === 0 ? NO_STREAM : BigInt(version - 1);
    const all = events.map((event) => ({ ...event, contentType: 'application/octet-stream' as const }));
    try {
      await client.appendToStream(name, all, { expectedRevision, deadline: patience.answer });
      return 'stored';
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return 'moved';
      if (error instanceof MaxAppendSizeExceededError)
        throw new InvalidCommand('events', `are more than the ${error.maxAppendSize} bytes that EventStoreDB takes at once (MaxAppendSize)`); // prettier-ignore
      if ((error as { code?: unknown }).code === resourceExhausted)
        throw new InvalidCommand('events', 'are more than EventStoreDB takes at once');
      throw unavailable(error);
    }
  };

  const page = async (name: string, options: Parameters<typeof client.readStream>[1]): Promise<Recorded[]> => {
    const found: Recorded[] = [];
    try {
      for await (const { event } of client.readStream(name, options)) if (event) found.push(recorded(event));
      return found;
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw unavailable(error);
    }
  };

  // Pages are read to their end: the client waits for ever for one that was broken off when it is closed.
  const newest: Server['newest'] = async (prefix) => {
    let fromPosition: Position | typeof END = END;
    try {
      for (let maxCount = 16; ; maxCount = Math.min(maxCount * 4, 4_096)) {
        const found: AllStreamRecordedEvent[] = [];
        const read = client.readAll({ direction: BACKWARDS, fromPosition, maxCount });
        for await (const { event } of read) if (event) found.push(event);
        const one = found.find(({ streamId }) => streamId.startsWith(prefix));
        if (one || found.length < maxCount) return one && recorded(one);
        fromPosition = found.at(-1)!.position;
      }
    } catch (error) {
      throw unavailable(error);
    }
  };

  const subscribe = (prefix: string, fromPosition: Position | typeof START | typeof END) =>
    client.subscribeToAll({ fromPosition, filter: streamNameFilter({ prefixes: [prefix] }) });

  return {
    append,
    read: (name, version, maxCount) => page(name, { direction: FORWARDS, fromRevision: BigInt(version), maxCount }),
    versionOf: async (name) => {
      const [last] = await page(name, { direction: BACKWARDS, fromRevision: END, maxCount: 1 });
      return last ? Number(last.revision) + 1 : 0;
    },
    after: (event, prefix, limit) =>
      caughtUp(subscribe(prefix, event === undefined ? START : { commit: event, prepare: event }), limit),
    newest,
    watch: (prefix, wake) => listen(() => subscribe(prefix, END), wake),
    close: async () => {
      await client.dispose();
      // It leaves its connection open, and has no public way to close it.
      const { getChannel } = client as unknown as { getChannel: () => Promise<{ close: () => void }> };
      (await getChannel().catch(() => undefined))?.close();
    },
  };
};

type Subscription = ReturnType<EventStoreDBClient['subscribeToAll']>;

const leave = (subscription: Subscription) => {
  subscription.removeAllListeners();
  // What it says about its own end is no matter.
  subscription.on('error', () => {});
  subscription.unsubscribe().catch(() => {});
};

/**
 * What a subscription brings until it has caught up or broke off, at most `limit`: each event once, however often it
 * brings it.
 */
const caughtUp = (subscription: Subscription, limit: number): Promise<Page> =>
  new Promise((resolve, reject) => {
    const found: Recorded[] = [];
    let isCaughtUp = false;
    const timer = setTimeout(
      () => breakOff(new Error('it did not say that a subscription had caught up')),
      patience.catchUp,
    );
    const end = (tell: () => void) => {
      clearTimeout(timer);
      leave(subscription);
      tell();
    };
    const look = () => {
      if (found.length < limit && (!isCaughtUp || subscription.readableLength > 0)) return;
      end(() => resolve({ events: found, isLast: found.length < limit }));
    };
    const breakOff = (error: Error) =>
      end(() => (found.length > 0 ? resolve({ events: found, isLast: false }) : reject(unavailable(error))));
    subscription.on('data', ({ event }) => {
      if (!event || found.length === limit) return;
      const one = recorded(event);
      if (one.position > (found.at(-1)?.position ?? -1n)) found.push(one);
      look();
    });
    subscription.on('caughtUp', () => {
      isCaughtUp = true;
      // Events that came before it may be on their way to us yet.
      setImmediate(look);
    });
    subscription.on('error', breakOff);
    subscription.on('end', () => breakOff(new Error('it ended a subscription')));
  });

/** Keeps a subscription for as long as it is wanted: one that broke is made anew. */
const listen = (subscribe: () => Subscription, wake: () => void): (() => void) => {
  let subscription: Subscription | undefined;
  let retry: NodeJS.Timeout | undefined;
  const begin = () => {
    const mine = subscribe();
    subscription = mine;
    const again = () => {
      leave(mine);
      retry = setTimeout(begin, patience.reconnect).unref();
    };
    mine.on('error', again);
    mine.on('end', again);
    mine.on('data', wake);
    // What came while nobody listened.
    mine.on('caughtUp', wake);
  };
  begin();
  return () => {
    clearTimeout(retry);
    if (subscription) leave(subscription);
  };
};
