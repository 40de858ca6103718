/** For specs: a broker in memory, as far as one sends to it, and trouble for any broker. */
import { expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { type KafkaDriver, type KafkaRecord, RecordTooLarge } from '../src/kafka/driver.ts';
import { heard } from './heard.ts';

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
        const large = records.find(({ value }) => value && value.length > most);
        if (large) throw new RecordTooLarge(large);
        for (const record of records) partitions[record.partition]!.push(record);
      },
      close: async () => {},
    }),
    offsets: noReader,
    read: noReader,
    close: async () => {},
  };
  return { driver, recordsIn: async (topic) => topics.get(topic)?.partitions ?? [] };
};

/** What lies in each partition of a topic. */
export const recordsIn = async (driver: KafkaDriver, topic: string): Promise<readonly (readonly KafkaRecord[])[]> => {
  const partitions = (await driver.offsets(topic)).toSorted((a, b) => a.partition - b.partition);
  const count = partitions.reduce((sum, { low, high }) => sum + Number(high - low), 0);
  const reading = await heard(driver, topic, 'spread');
  await eventually(() => expect(reading.records).toHaveLength(count), { within: 60_000 });
  await reading.close();
  return partitions.map(({ partition }) =>
    reading.records
      .filter((record) => record.partition === partition)
      .map(({ partition: at, key, value, headers }) => ({ partition: at, key, value, headers })),
  );
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
