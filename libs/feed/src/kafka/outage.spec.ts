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
import { firsts, numbersOf, patiently, record, sendAll, upTo } from '../../test/numbers.ts';
import { CredentialsRefused, kafkaDriver, type KafkaDriver } from '../index.ts';

// Brokers are killed and started here, each of which takes as long as the machine takes.
jest.setTimeout(300_000);

const { reason } = await kafkaOrWhyNot();
const why = process.env.KAFKA_BROKERS ? 'it kills brokers, and KAFKA_BROKERS are not its own' : reason;

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
    const impatient = kafkaDriver({ brokers: cluster.brokers, clientId: 'spec', answerMs: 4_000 });
    const reading = await heard(impatient, 'killed', 'one');
    await eventually(() => expect(reading.partitions).toEqual([0, 1, 2]), patiently);
    await cluster.freeze();
    const closing = await heard(impatient, 'killed', 'one');
    await closing.close();
    const sending = sendAll(impatient, 'killed', 40, 50);
    await eventually(() => expect(reading.errors.length).toBeGreaterThan(0), patiently);
    await cluster.thaw();
    await sending;
    for (const partition of [0, 1, 2])
      await eventually(() => expect(firsts(numbersOf(reading.records, partition))).toEqual(upTo(50)), patiently);
    await impatient.close();
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
