import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeUnless, eventually, kafkaOrWhyNot } from '@throughline/testing';
import kafkajs from 'kafkajs';
import { heard } from '../../test/heard.ts';
import { kafkaDriver, type KafkaDriver, type KafkaRecord, type Topic, WrongTopic } from '../index.ts';

jest.setTimeout(180_000);

const { brokers, reason } = await kafkaOrWhyNot();

const record = (partition: number, text: string, headers = {}): KafkaRecord => ({
  partition,
  key: Buffer.from(`key-${partition}`),
  value: Buffer.from(text),
  headers,
});

/** What the driver never does: to change a topic. */
async function alter(topic: string, name: string, value: string): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name, value }] }],
  });
  await admin.disconnect();
}

const textOf = ({ value }: KafkaRecord): string => String(value);

describeUnless(reason)('kafka', () => {
  let driver: KafkaDriver;
  beforeAll(() => {
    driver = kafkaDriver({ brokers, clientId: 'spec' });
  });
  afterAll(() => driver.close());

  const topic = async (more: Partial<Topic> = {}): Promise<Topic> => {
    const wanted = { name: `spec-${randomUUID()}`, partitions: 3, replicas: 1, config: {}, ...more };
    await driver.ensureTopic(wanted);
    return wanted;
  };
  const send = async ({ name }: Topic, ...records: KafkaRecord[]) => {
    const sender = await driver.sender(name);
    await sender.send(records);
    await sender.close();
  };

  it('makes a topic, and refuses one that differs, with everything in which it does', async () => {
    const made = await topic({ config: { 'retention.ms': '86400000', 'min.insync.replicas': '1' } });
    await driver.ensureTopic(made);
    await expect(
      driver.ensureTopic({ ...made, partitions: 12, config: { 'retention.ms': '1000', 'max.message.bytes': '5000' } }),
    ).rejects.toThrow(
      new WrongTopic(
        `The topic ${made.name} is not as it has to be: partitions is 3 and should be 12; ` +
          'retention.ms is 86400000 and should be 1000; max.message.bytes is 1048588 and should be 5000',
      ),
    );
    expect(await driver.offsets(made.name)).toEqual([0, 1, 2].map((partition) => ({ partition, low: 0n, high: 0n })));
  });

  it('says why a topic cannot be made', async () => {
    const wanted = { name: `spec-${randomUUID()}`, partitions: 1, replicas: 50, config: {} };
    await expect(driver.ensureTopic(wanted)).rejects.toThrow('Replication-factor is invalid');
  });

  it('keeps bytes, texts and the order of each partition', async () => {
    const { name } = await topic();
    const sender = await driver.sender(name);
    const calls = Array.from({ length: 30 }, (_, n) => sender.send([record(n % 2, `${n}`, { n: `№ ${n}` })]));
    await Promise.all(calls);
    await sender.send([{ partition: 2, key: null, value: null, headers: {} }]);
    const reading = await heard(driver, name, 'one');
    await eventually(() => expect(reading.records).toHaveLength(31));
    for (const partition of [0, 1]) {
      const own = reading.records.filter((it) => it.partition === partition);
      expect(own.map(({ value }) => Number(value))).toEqual(Array.from({ length: 15 }, (_, n) => 2 * n + partition));
      expect(own.map(({ offset }) => offset)).toEqual(Array.from({ length: 15 }, (_, n) => BigInt(n)));
      expect(own[1]?.headers).toEqual({ n: `№ ${2 + partition}` });
      expect(own[1]?.key).toEqual(Buffer.from(`key-${partition}`));
    }
    expect(reading.records.filter((it) => it.partition === 2)).toEqual([
      { partition: 2, key: null, value: null, headers: {}, offset: 0n },
    ]);
    await reading.close();
    await sender.close();
  });

  it('names the record that is too large, stores nothing of its call, and sends on', async () => {
    const made = await topic({ config: { 'max.message.bytes': '20000' } });
    const sender = await driver.sender(made.name);
    const large = record(0, 'x'.repeat(20_000));
    const refused = sender.send([record(0, 'a'), large, record(1, 'b')]);
    const overtaking = sender.send([record(0, 'c')]);
    await expect(refused).rejects.toMatchObject({ name: 'RecordTooLarge', record: large });
    await expect(overtaking).rejects.toThrow('What was to be sent before this was not stored');
    await sender.send(Array.from({ length: 40 }, (_, n) => record(0, `${n}`.repeat(1000))));
    expect((await driver.offsets(made.name)).map(({ high }) => high)).toEqual([40n, 0n, 0n]);
    await sender.close();
    await expect(sender.send([record(0, 'd')])).rejects.toThrow('closed');
  });

  it('finds the record that the broker refuses, though it said that it takes it', async () => {
    const made = await topic({ config: { 'max.message.bytes': '20000' } });
    const sender = await driver.sender(made.name);
    await sender.send([record(0, 'a')]);
    await alter(made.name, 'max.message.bytes', '5000');
    const large = record(1, 'x'.repeat(10_000));
    const records = [record(0, 'b'), record(1, 'c'), large, record(1, 'd')];
    await expect(sender.send(records)).rejects.toMatchObject({ name: 'RecordTooLarge', record: large });
    await sender.close();
  });

  it('gives all partitions to one member, which keeps them, and to the next one once it closes', async () => {
    const made = await topic();
    const first = await heard(driver, made.name, 'one');
    await eventually(() => expect(first.partitions).toEqual([0, 1, 2]));
    const seconds = await Promise.all([1, 2, 3].map(() => heard(driver, made.name, 'one', first.group)));
    await eventually(() => {
      for (const { assignments } of seconds) expect(assignments).toBeGreaterThan(0);
    });
    await send(made, record(0, 'a'), record(2, 'b'));
    await eventually(() => expect(first.records).toHaveLength(2));
    expect(first.partitions).toEqual([0, 1, 2]);
    expect(seconds.flatMap(({ partitions }) => partitions)).toEqual([]);

    await first.close();
    expect(first.partitions).toEqual([]);
    await eventually(() => expect(seconds.flatMap(({ partitions }) => partitions)).toEqual([0, 1, 2]));
    await send(made, record(1, 'c'));
    await eventually(() => expect(seconds.flatMap(({ records }) => records.map(textOf))).toContain('c'));
    await Promise.all(seconds.map((it) => it.close()));
    expect([first, ...seconds].flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('spreads partitions, and gives those of a member that left to the others', async () => {
    const { name } = await topic({ partitions: 4 });
    const first = await heard(driver, name, 'spread');
    const second = await heard(driver, name, 'spread', first.group);
    await eventually(() => expect([first.partitions.length, second.partitions.length]).toEqual([2, 2]));
    await second.close();
    await eventually(() => expect(first.partitions).toEqual([0, 1, 2, 3]));
    await first.close();
  });

  it('goes on where the group committed, and commits what was under way when it closes', async () => {
    const made = await topic({ partitions: 1 });
    await send(made, record(0, 'a'), record(0, 'b'), record(0, 'c'));
    const first = await heard(driver, made.name, 'one', undefined, async ([oldest], commit) => {
      await commit(0, (oldest?.offset ?? 0n) + 2n);
    });
    await eventually(() => expect(first.records).toHaveLength(3));
    await first.close();
    const second = await heard(driver, made.name, 'one', first.group);
    await eventually(() => expect(second.records.map(({ offset }) => offset)).toEqual([2n]));
    await second.close();
  });

  it('gives again what a reader threw at, and goes on with other partitions meanwhile', async () => {
    const made = await topic();
    let refusals = 3;
    const { promise: isFed, resolve: feed } = Promise.withResolvers<void>();
    const reading = await heard(driver, made.name, 'one', undefined, async ([first]) => {
      // The first partition waits for the other one, as whoever merges them does.
      if (first?.partition === 0) await isFed;
      else if (refusals-- > 0) throw new Error('not now');
      else feed();
    });
    await send(made, record(0, 'a'), record(1, 'b'));
    await eventually(() => expect(reading.records.map(textOf).toSorted()).toEqual(['a', 'b']));
    expect(reading.errors.map(({ message }) => message)).toEqual(['not now', 'not now', 'not now']);
    await reading.close();
  });

  it('reads in order through more than it keeps in memory', async () => {
    const made = await topic({ partitions: 2 });
    const sender = await driver.sender(made.name);
    const filling = 'x'.repeat(4_000);
    for (let n = 0; n < 3_000; n += 500)
      await sender.send(Array.from({ length: 500 }, (_, i) => record((n + i) % 2, `${n + i} ${filling}`)));
    await sender.close();
    const reading = await heard(driver, made.name, 'one');
    await eventually(() => expect(reading.records).toHaveLength(3_000), { within: 60_000 });
    for (const partition of [0, 1]) {
      const numbers = reading.records.filter((it) => it.partition === partition).map((it) => parseInt(textOf(it)));
      expect(numbers).toEqual(Array.from({ length: 1_500 }, (_, n) => 2 * n + partition));
    }
    await reading.close();
  });

  it('waits for a topic that is not there yet, and says so', async () => {
    const name = `spec-${randomUUID()}`;
    const reading = await heard(driver, name, 'one');
    await eventually(() => expect(reading.errors.length).toBeGreaterThan(0));
    await driver.ensureTopic({ name, partitions: 1, replicas: 1, config: {} });
    await eventually(() => expect(reading.partitions).toEqual([0]));
    await reading.close();
  });
});
