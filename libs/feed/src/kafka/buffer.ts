import { isNativeError } from 'node:util/types';
import { backOff, pause } from '../wait.ts';
import type { Readings, ReadRecord } from './driver.ts';

/** Whether more of a partition is fetched; either may be said again and again. */
export type Valve = { pause(partition: number): void; resume(partition: number): void };

/**
 * What was fetched and is not dealt with yet. Fetching never waits for a reader: the reader of one partition may wait for
 * what comes in another.
 */
export type Buffer = {
  /** A new assignment; the one before it is over. */
  readonly begin: (partitions: readonly number[], valve: Valve) => void;
  /** Records of a partition, in order; those of a partition that is not assigned are left. */
  readonly offer: (partition: number, records: readonly ReadRecord[], highWatermark: bigint) => void;
  /** Whether the partition is assigned. */
  readonly has: (partition: number) => boolean;
  /** The assignment is over; resolves once no call of `read` is under way. */
  readonly end: () => Promise<void>;
};

type Queue = { readonly records: ReadRecord[]; bytes: number; high: bigint; isBusy: boolean };
type Assignment = {
  readonly queues: ReadonlyMap<number, Queue>;
  readonly valve: Valve;
  readonly over: AbortController;
};

/** Of one partition: fetching rests above so many bytes, and goes on below half of them. */
const mostBytes = 2 * 2 ** 20;
const mostRecords = 1000;

/** In memory, about. */
const weightOf = ({ value }: ReadRecord): number => 500 + (value?.length ?? 0);
const weigh = (records: readonly ReadRecord[]): number => records.reduce((sum, record) => sum + weightOf(record), 0);

/** Gives what is offered to `read`, partition by partition; where it throws the same again, later and later. */
export function bufferFor(readings: Omit<Readings, 'topic' | 'group' | 'sharing'>): Buffer {
  let current: Assignment | undefined;
  const busy = new Map<number, Promise<void>>();

  /** Answers whether it was dealt with. */
  const give = async (partition: number, queue: Queue, valve: Valve): Promise<boolean> => {
    const records = queue.records.slice(0, mostRecords);
    try {
      await readings.read(partition, records, queue.high);
    } catch (error) {
      readings.failed(isNativeError(error) ? error : new Error(String(error)));
      return false;
    }
    queue.records.splice(0, records.length);
    queue.bytes -= weigh(records);
    if (queue.bytes < mostBytes / 2) valve.resume(partition);
    return true;
  };

  /** Not before a call is over that an assignment before this one began. */
  const drain = async (partition: number, queue: Queue, { valve, over }: Assignment) => {
    await busy.get(partition);
    for (let attempt = 1; queue.records.length > 0 && !over.signal.aborted;) {
      if (await give(partition, queue, valve)) attempt = 1;
      else await pause(backOff(attempt++), over.signal);
    }
    queue.isBusy = false;
  };

  const end = async () => {
    if (current) {
      current.over.abort();
      current = undefined;
      readings.revoked();
    }
    await Promise.all(busy.values());
  };

  return {
    has: (partition) => current?.queues.has(partition) ?? false,
    end,
    begin: (partitions, valve) => {
      void end();
      const empty = (): Queue => ({ records: [], bytes: 0, high: 0n, isBusy: false });
      const queues = new Map(partitions.map((partition) => [partition, empty()]));
      current = { queues, valve, over: new AbortController() };
      for (const partition of partitions) valve.resume(partition);
      readings.assigned(partitions);
    },
    offer: (partition, records, highWatermark) => {
      const queue = current?.queues.get(partition);
      if (!current || !queue) return;
      queue.records.push(...records);
      queue.bytes += weigh(records);
      queue.high = highWatermark;
      if (queue.bytes > mostBytes) current.valve.pause(partition);
      if (queue.isBusy) return;
      queue.isBusy = true;
      busy.set(partition, drain(partition, queue, current));
    },
  };
}
