/** For specs: a broker in memory, as far as one sends to it, and trouble for any broker. */
import { type KafkaDriver, type KafkaRecord, RecordTooLarge } from '../src/kafka/driver.ts';
import { sizeOf } from '../src/relay/records.ts';

/** A driver, and what lies in each partition of a topic. */
export type Broker = {
  readonly driver: KafkaDriver;
  readonly recordsIn: (topic: string) => Promise<readonly (readonly KafkaRecord[])[]>;
};

export const memoryBroker = (): Broker => {
  const topics = new Map<string, { readonly most: number; readonly partitions: KafkaRecord[][] }>();
  const noReader = () => Promise.reject(new Error('nobody reads from it'));
  const driver: KafkaDriver = {
    ensureTopic: async ({ name, partitions, config }) => {
      const most = Number(config['max.message.bytes'] ?? Infinity);
      if (!topics.has(name)) topics.set(name, { most, partitions: Array.from({ length: partitions }, () => []) });
    },
    sender: async (name) => ({
      send: async (records) => {
        const { most, partitions } = topics.get(name)!;
        for (const [partition, batch] of Map.groupBy(records, (record) => record.partition)) {
          if (batch.reduce((sum, record) => sum + sizeOf(record), 0) > most) throw new RecordTooLarge(batch[0]!);
          partitions[partition]!.push(...batch);
        }
      },
      close: async () => {},
    }),
    offsets: noReader,
    read: noReader,
    close: async () => {},
  };
  return { driver, recordsIn: async (topic) => topics.get(topic)?.partitions ?? [] };
};

/** A driver as it is, but for what the spec does to its senders: `before` and `after` each send. */
export const troubled = (
  driver: KafkaDriver,
  { before, after }: { before?: (records: readonly KafkaRecord[]) => unknown; after?: () => unknown },
): KafkaDriver => ({
  ...driver,
  sender: async (topic) => {
    const sender = await driver.sender(topic);
    return {
      send: async (records) => {
        await before?.(records);
        await sender.send(records);
        await after?.();
      },
      close: () => sender.close(),
    };
  },
});
