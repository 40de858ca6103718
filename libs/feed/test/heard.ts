import { randomUUID } from 'node:crypto';
import type { KafkaDriver, Readings, ReadRecord } from '@throughline/feed';

/** What a reader of specs heard so far. */
export type Heard = {
  readonly group: string;
  readonly records: ReadRecord[];
  readonly errors: Error[];
  readonly partitions: readonly number[];
  readonly assignments: number;
  close(): Promise<void>;
};

type Commit = (partition: number, offset: bigint) => Promise<void>;

/** Reads a topic; a record is heard once `handle` resolved. */
export async function heard(
  driver: KafkaDriver,
  topic: string,
  sharing: Readings['sharing'],
  group: string = `spec-${randomUUID()}`,
  handle: (records: readonly ReadRecord[], commit: Commit) => Promise<void> = async () => {},
): Promise<Heard> {
  const records: ReadRecord[] = [];
  const errors: Error[] = [];
  let partitions: readonly number[] = [];
  let assignments = 0;
  const { promise: joined, resolve } = Promise.withResolvers<Commit>();
  const reader = await driver.read({
    topic,
    group,
    sharing,
    assigned: (ours) => {
      assignments += 1;
      partitions = ours;
    },
    revoked: () => {
      partitions = [];
    },
    read: async (_, read) => {
      await handle(read, await joined);
      records.push(...read);
    },
    failed: (error) => errors.push(error),
  });
  resolve((partition, offset) => reader.commit(partition, offset));
  return {
    group,
    records,
    errors,
    get partitions() {
      return partitions;
    },
    get assignments() {
      return assignments;
    },
    close: () => reader.close(),
  };
}
