import { isNativeError } from 'node:util/types';
import { backOff, pause } from '../wait.ts';
import { bufferFor, type Valve } from './buffer.ts';
import type { Reader, Readings, ReadRecord } from './driver.ts';

/** What a membership of a group tells whom it reads for. */
export type Membership = {
  assigned(partitions: readonly number[], valve: Valve): void;
  revoked(): void;
  fetched(partition: number, records: readonly ReadRecord[], highWatermark: bigint): void;
  /** It gave a sign of life. */
  alive(): void;
  /** It is over, and nothing comes any more. */
  over(error: Error): void;
};

/** A membership that joins, or has joined. */
export type Member = {
  commit(offsets: ReadonlyMap<number, bigint>): Promise<void>;
  /** Leaves the group; always ends within seconds. */
  leave(): Promise<void>;
};

/** How a group is joined: `isPassing` tells errors that a broker which has just started gives, and which are no news for a while. */
export type Joining = {
  readonly join: (membership: Membership) => Promise<Member>;
  readonly isPassing: (error: Error) => boolean;
};

const silentMs = 90_000;
const passingMs = 30_000;
const checkMs = 5_000;
const mostWaitMs = 2_000;

/** Reads by one membership after another until it is closed: whatever ends one, the next one begins. */
export function keepReading(readings: Readings, { join, isPassing }: Joining): Reader {
  const closing = new AbortController();
  const buffer = bufferFor(readings);
  let member: Member | undefined;
  let commits: Promise<void> = Promise.resolve();
  let waiting = new Map<number, bigint>();

  const flush = async () => {
    if (!member || waiting.size === 0) return;
    const offsets = waiting;
    waiting = new Map();
    try {
      await member.commit(offsets);
    } catch (thrown) {
      // Whoever reads next in the group begins a little earlier.
      const error = asError(thrown);
      if (!isPassing(error)) readings.failed(error);
    }
  };

  /** Until a membership is over: resolves with the reason, or with none where it is closed. Calls `joined` at an assignment. */
  const belong = async (joined: () => void): Promise<Error | undefined> => {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    let lastSign = performance.now();
    const watch = setInterval(() => {
      const silent = performance.now() - lastSign;
      if (silent > silentMs) resolve(new Error(`The client gave no sign of life for ${Math.round(silent / 1000)} s`));
    }, checkMs);
    const close = () => resolve(undefined);
    closing.signal.addEventListener('abort', close);
    let own: Member | undefined;
    try {
      own = await join({
        assigned: (partitions, valve) => {
          joined();
          if (!closing.signal.aborted) buffer.begin(partitions, valve);
        },
        revoked: () => void buffer.end(),
        fetched: buffer.offer,
        alive: () => (lastSign = performance.now()),
        over: resolve,
      });
      member = own;
      commits = commits.then(flush);
      return await promise;
    } finally {
      clearInterval(watch);
      closing.signal.removeEventListener('abort', close);
      await buffer.end();
      await commits;
      member = undefined;
      waiting.clear();
      await own?.leave();
    }
  };

  const loop = async () => {
    let troubledSince: number | undefined;
    for (let attempt = 1; !closing.signal.aborted; attempt += 1) {
      const error = await belong(() => {
        [attempt, troubledSince] = [1, undefined];
      }).catch(asError);
      if (!error) return;
      troubledSince ??= performance.now();
      if (!isPassing(error) || performance.now() - troubledSince > passingMs) readings.failed(error);
      await pause(Math.min(backOff(attempt + 2), mostWaitMs), closing.signal);
    }
  };

  const reading = loop();
  return {
    commit: (partition, offset) => {
      if (!closing.signal.aborted && !buffer.has(partition)) return Promise.resolve();
      waiting.set(partition, offset);
      commits = commits.then(flush);
      return commits;
    },
    close: () => {
      closing.abort();
      return reading;
    },
  };
}

const asError = (thrown: unknown): Error => (isNativeError(thrown) ? thrown : new Error(String(thrown)));
