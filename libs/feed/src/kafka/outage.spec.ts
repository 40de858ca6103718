import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import {
  type Certificates,
  certificates,
  describeUnless,
  eventually,
  kafkaCluster,
  type KafkaCluster,
  kafkaOrWhyNot,
  skipBecause,
  whyNoCertificates,
} from '@throughline/testing';
import { heard } from '../../test/heard.ts';
import { CredentialsRefused, kafkaDriver, type KafkaDriver, type KafkaRecord } from '../index.ts';

// Brokers are killed and started here, each of which takes as long as the machine takes.
jest.setTimeout(300_000);
const patiently = { within: 120_000 };

const { reason } = await kafkaOrWhyNot();
const why = process.env.KAFKA_BROKERS ? 'it kills brokers, and KAFKA_BROKERS are not its own' : reason;

const record = (partition: number, n: number): KafkaRecord => ({
  partition,
  key: null,
  value: Buffer.from(String(n)),
  headers: {},
});
const numbersOf = (records: readonly KafkaRecord[], partition: number): number[] =>
  records.filter((it) => it.partition === partition).map(({ value }) => Number(value));

/** Each number for its first time: what comes again, comes later. */
const firsts = (numbers: readonly number[]): number[] => [...new Set(numbers)];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Sends the numbers one by one to each partition; what is not acknowledged is sent again, as the relay does. */
async function sendAll(driver: KafkaDriver, topic: string, from: number, to: number): Promise<void> {
  const sender = await driver.sender(topic);
  for (let n = from; n < to; n += 1)
    await eventually(() => sender.send([0, 1, 2].map((partition) => record(partition, n))), patiently);
  await sender.close();
}

describeUnless(why)('a broker', () => {
  let cluster: KafkaCluster;
  let driver: KafkaDriver;
  let made: Certificates | undefined;
  beforeAll(async () => {
    made = whyNoCertificates() ? undefined : await certificates();
    const tls = made && { identity: made.server.both, authority: made.ca };
    cluster = await kafkaCluster({ users: { ann: 'secret' }, tls });
    driver = kafkaDriver({ brokers: cluster.brokers, clientId: 'spec' });
    await driver.ensureTopic({ name: 'killed', partitions: 3, replicas: 1, config: {} });
  });
  afterAll(async () => {
    await driver.close();
    await cluster.drop();
  });

  it('dies, and costs nothing once it is back: reader and sender go on, and it was told meanwhile', async () => {
    const reading = await heard(driver, 'killed', 'one');
    await sendAll(driver, 'killed', 0, 20);
    await eventually(() => expect(numbersOf(reading.records, 2)).toHaveLength(20), patiently);
    await cluster.stop();
    const sending = sendAll(driver, 'killed', 20, 40);
    await eventually(() => expect(reading.errors.length).toBeGreaterThan(0), patiently);
    await cluster.start();
    await sending;
    for (const partition of [0, 1, 2])
      await eventually(() => expect(firsts(numbersOf(reading.records, partition))).toEqual(upTo(40)), patiently);
    await reading.close();
  });

  it('is away at the start, and waited for', async () => {
    await cluster.stop();
    const reading = await heard(driver, 'killed', 'spread');
    await eventually(() => expect(reading.errors[0]?.message).toMatch(/ECONNREFUSED/), patiently);
    await expect(driver.offsets('killed')).rejects.toThrow(/ECONNREFUSED/);
    const closing = await heard(driver, 'killed', 'one');
    await closing.close();
    await cluster.start();
    await eventually(() => expect(reading.partitions).toEqual([0, 1, 2]), patiently);
    await reading.close();
  });

  it('hangs, and goes on: nothing is lost, and who closes meanwhile is not held up', async () => {
    const reading = await heard(driver, 'killed', 'one');
    await eventually(() => expect(reading.partitions).toEqual([0, 1, 2]), patiently);
    cluster.freeze();
    const closing = await heard(driver, 'killed', 'one');
    await closing.close();
    const sending = sendAll(driver, 'killed', 40, 50);
    await eventually(() => expect(reading.errors.length).toBeGreaterThan(0), patiently);
    cluster.thaw();
    await sending;
    for (const partition of [0, 1, 2])
      await eventually(() => expect(firsts(numbersOf(reading.records, partition))).toEqual(upTo(50)), patiently);
    await reading.close();
  });

  const ann = { username: 'ann', password: 'secret' };

  it.each(['plain', 'scram-sha-512'] as const)('lets in whom it knows, by %s', async (mechanism) => {
    const driver = kafkaDriver({ brokers: cluster.sasl, clientId: 'spec', sasl: { mechanism, ...ann } });
    const sender = await driver.sender('killed');
    await sender.send([record(0, 1)]);
    const reading = await heard(driver, 'killed', 'one');
    await eventually(() => expect(reading.records.length).toBeGreaterThan(0));
    await driver.close();
  });

  it.each([
    { mechanism: 'plain', username: 'ann', password: 'wrong' },
    { mechanism: 'scram-sha-512', username: 'bob', password: 'secret' },
    { mechanism: 'scram-sha-256', username: 'ann', password: 'secret' },
  ] as const)('keeps out $username with $password by $mechanism, and says so', async (sasl) => {
    const driver = kafkaDriver({ brokers: cluster.sasl, clientId: 'spec', sasl });
    const refusal = `does not let in ${sasl.username} (${sasl.mechanism})`;
    await expect(driver.offsets('killed')).rejects.toThrow(refusal);
    await expect(driver.offsets('killed')).rejects.toBeInstanceOf(CredentialsRefused);
    const sender = await driver.sender('killed');
    await expect(sender.send([record(0, 1)])).rejects.toThrow(refusal);
    const reading = await heard(driver, 'killed', 'one');
    await eventually(() => expect(reading.errors.map(String).join('\n')).toContain(refusal));
    expect(reading.errors.map(({ message }) => message).join('\n')).not.toContain(sasl.password);
    await driver.close();
  });

  const overTls = skipBecause(whyNoCertificates());

  overTls('is reached by TLS, each knowing the other', async () => {
    const { ca, client } = made!;
    const tls = { ca: await readFile(ca), cert: await readFile(client.cert), key: await readFile(client.key) };
    const driver = kafkaDriver({ brokers: cluster.tls, clientId: 'spec', tls });
    expect(await driver.offsets('killed')).toHaveLength(3);
    await driver.close();
  });

  overTls('is not trusted without its authority, and does not trust who bears no certificate', async () => {
    const trusting = kafkaDriver({ brokers: cluster.tls, clientId: 'spec', tls: {} });
    await expect(trusting.offsets('killed')).rejects.toThrow(/certificate/);
    const bare = kafkaDriver({ brokers: cluster.tls, clientId: 'spec', tls: { ca: await readFile(made!.ca) } });
    await expect(bare.offsets('killed')).rejects.toThrow(/certificate|closed/i);
  });
});

describeUnless(why)('one of three brokers', () => {
  it('dies, and another one leads: nothing acknowledged is lost, and the order is kept', async () => {
    const cluster = await kafkaCluster({ nodes: 3 });
    const driver = kafkaDriver({ brokers: cluster.brokers, clientId: 'spec' });
    const config = { 'min.insync.replicas': '2' };
    await driver.ensureTopic({ name: 'led', partitions: 3, replicas: 3, config });
    const reading = await heard(driver, 'led', 'one');
    await eventually(() => expect(reading.partitions).toEqual([0, 1, 2]), patiently);
    await sendAll(driver, 'led', 0, 20);
    // Each leads one of the partitions.
    await cluster.stop(2);
    await sendAll(driver, 'led', 20, 40);
    for (const partition of [0, 1, 2])
      await eventually(() => expect(firsts(numbersOf(reading.records, partition))).toEqual(upTo(40)), patiently);
    await driver.close();
    await cluster.drop();
  });
});
