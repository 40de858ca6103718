import { expect, it, jest } from '@jest/globals';
import { describeUnless, eventually, kafkaCluster, kafkaOrWhyNot } from '@throughline/testing';
import { heard } from '../../test/heard.ts';
import { firsts, numbersOf, patiently, sendAll, upTo } from '../../test/numbers.ts';
import { kafkaDriver } from '../index.ts';

// Brokers are killed and started here, each of which takes as long as the machine takes.
jest.setTimeout(300_000);

const { reason } = await kafkaOrWhyNot();
const why = process.env.KAFKA_BROKERS ? 'it kills brokers, and KAFKA_BROKERS are not its own' : reason;

describeUnless(why)('one of three brokers', () => {
  it('dies, and another one leads: nothing acknowledged is lost, and the order is kept', async () => {
    // Two seconds in place of nine until one that is dead is known to be.
    const properties = { 'broker.session.timeout.ms': '2000', 'broker.heartbeat.interval.ms': '300' };
    const cluster = await kafkaCluster({ nodes: 3, properties });
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
