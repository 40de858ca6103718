import { expect, it } from '@jest/globals';
import { numbersOf, record } from '../../test/numbers.ts';
import type { KafkaRecord } from './driver.ts';
import { senderOver } from './sender.ts';

const partitionsOf = (records: readonly KafkaRecord[]) => new Set(records.map(({ partition }) => partition));

it('takes nothing for stored that the client left out without a word', async () => {
  const topic: KafkaRecord[] = [];
  let producers = 0;
  const open = async () => {
    const nth = (producers += 1);
    return {
      maxBatchBytes: 1_000,
      // As kafkajs does where partition 1 is led anew by a broker that has answered already.
      produce: async (records: readonly KafkaRecord[]) => {
        const taken = nth === 1 ? records.filter(({ partition }) => partition !== 1) : records;
        topic.push(...taken);
        return partitionsOf(taken);
      },
      close: async () => {},
    };
  };
  const sender = senderOver(open, () => false);
  const batch = [record(0, 1), record(1, 1), record(2, 1)];
  const first = sender.send(batch);
  const overtaking = sender.send([record(1, 2)]);
  await expect(first).rejects.toThrow('Partition 1 changed its broker, and was left out');
  await expect(overtaking).rejects.toThrow('What was to be sent before this was not stored');
  await sender.send(batch);
  await sender.send([record(1, 2)]);
  expect(numbersOf(topic, 1)).toEqual([1, 2]);
  expect(numbersOf(topic, 0)).toEqual([1, 1]);
  expect(producers).toBe(2);
  await sender.close();
});
