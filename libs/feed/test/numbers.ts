/** For specs: records that bear numbers, sent and found again while brokers die. */
import { eventually } from '@throughline/testing';
import type { KafkaDriver, KafkaRecord } from '../src/kafka/driver.ts';

/** Brokers are killed and started meanwhile. */
export const patiently = { within: 120_000 };

export const record = (partition: number, n: number): KafkaRecord => ({
  partition,
  key: null,
  value: Buffer.from(String(n)),
  headers: {},
});
export const numbersOf = (records: readonly KafkaRecord[], partition: number): number[] =>
  records.filter((it) => it.partition === partition).map(({ value }) => Number(value));

/** Each number for its first time: what comes again, comes later. */
export const firsts = (numbers: readonly number[]): number[] => [...new Set(numbers)];
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Sends the numbers one by one to each partition; what is not acknowledged is sent again, as the relay does. */
export async function sendAll(driver: KafkaDriver, topic: string, from: number, to: number): Promise<void> {
  const sender = await driver.sender(topic);
  for (let n = from; n < to; n += 1)
    await eventually(() => sender.send([0, 1, 2].map((partition) => record(partition, n))), patiently);
  await sender.close();
}
