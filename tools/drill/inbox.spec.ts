import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { type InteractionInput, interaction } from '@throughline/contracts';
import { type KafkaDriver, kafkaDriver, type ReadRecord } from '@throughline/feed';
import { describeUnless, eventually, kafkaOrWhyNot } from '@throughline/testing';
import { bring } from './inbox.ts';

const { brokers, reason } = await kafkaOrWhyNot();

describeUnless(reason)('what a drill brings by the inbox', () => {
  it('is sent until it is acknowledged, in the order of each conversation', async () => {
    const kafka = kafkaDriver({ brokers, clientId: 'spec' });
    const topic = `spec-${randomUUID()}`;
    await kafka.ensureTopic({ name: topic, partitions: 2, replicas: 1, config: {} });
    const ending = new AbortController();
    const bringing = { kafka: failingOnce(kafka), topic, partitions: 2, tenant: 'acme', conversations: 3, everyMs: 5 };
    const working = bring({ ...bringing, signal: ending.signal });
    const records: ReadRecord[] = [];
    const reader = await kafka.read({
      topic,
      group: topic,
      sharing: 'one',
      assigned: () => {},
      revoked: () => {},
      read: async (_, some) => void records.push(...some),
      failed: () => {},
    });
    await eventually(() => expect(records.length).toBeGreaterThan(20));
    ending.abort();
    const { keys, bad } = await working;
    await eventually(() => expect(records).toHaveLength(bad * 4));
    const sound = records.flatMap(({ key, value }) => (String(key) === 'none' ? [] : [JSON.parse(String(value)) as InteractionInput])); // prettier-ignore
    for (const one of sound) interaction.parse(one);
    for (const [name, all] of keys)
      expect(sound.filter(({ conversation }) => conversation === name).map(({ key }) => key)).toEqual(all);
    await reader.close();
    await kafka.close();
  });
});

const failingOnce = (kafka: KafkaDriver): Pick<KafkaDriver, 'sender'> => ({
  sender: async (topic) => {
    const sender = await kafka.sender(topic);
    let hasFailed = false;
    const send: typeof sender.send = async (records) => {
      if (!hasFailed) {
        hasFailed = true;
        throw new Error('away');
      }
      await sender.send(records);
    };
    return { send, close: () => sender.close() };
  },
});
