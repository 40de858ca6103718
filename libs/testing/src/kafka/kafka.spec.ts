import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { describeUnless, kafka, kafkaCluster, kafkaOrWhyNot, temporaryFolder } from '../index.ts';
import { image } from './containers.ts';
import { type Way, whyNoKafka } from './home.ts';
import { kafkaJars } from './jars.ts';

// Servers are started in these tests, several at a time, whatever else the machine does.
jest.setTimeout(240_000);

const { brokers, reason } = await kafkaOrWhyNot();

/** The plainest question there is, ApiVersions 0 with correlation 7: a broker that takes requests answers with the 7. */
async function answers(address: string | undefined): Promise<void> {
  const [host, port] = (address ?? '').split(':');
  const socket = connect({ host, port: Number(port) });
  try {
    socket.write(Buffer.from('0000000a00120000000000070000', 'hex'));
    const [head] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer | boolean];
    if (!Buffer.isBuffer(head)) throw new Error(`${address} hangs up`);
    expect(head.readInt32BE(4)).toBe(7);
  } finally {
    socket.destroy();
  }
}

describeUnless(reason)('kafka()', () => {
  it('gives all specs of a run the same broker', async () => {
    expect(await kafka()).toEqual(brokers);
    await answers(brokers[0]);
  });
});

const ways: readonly Way[] = ['jars', 'container'];
const without = await Promise.all(
  ways.map(async (way) => [way, process.env.KAFKA_BROKERS ? 'KAFKA_BROKERS is used' : await whyNoKafka(way)] as const),
);

describe.each(without)('Kafka by way of %s', (way, why) => {
  describeUnless(why)('kafkaCluster()', () => {
    it('comes back from a crash at the same place, and leaves nothing behind', async () => {
      const dir = await temporaryFolder();
      const own = await kafkaCluster({ dir, way });
      const [first] = own.pids();
      await own.restart();
      await answers(own.brokers[0]);
      expect(own.pids()).not.toEqual([first]);
      const [pid] = own.pids();
      // The run's own broker had them kept.
      if (way === 'jars' && process.platform === 'linux')
        expect(await readFile(`/proc/${pid}/maps`, 'utf8')).toContain((await kafkaJars()).classes);

      // Who starts a cluster where another process left one takes its place.
      const next = await kafkaCluster({ dir, way });
      expect(next.brokers).toEqual(own.brokers);
      expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
      await answers(next.brokers[0]);
      await next.stop(1, 'SIGTERM');
      await expect(answers(next.brokers[0])).rejects.toThrow('ECONNREFUSED');
      await next.drop();
      expect(() => process.kill(next.pids()[0] ?? 0, 0)).toThrow('ESRCH');
    });

    it('has as many servers as are wanted, each of which may be away', async () => {
      const own = await kafkaCluster({ nodes: 3, way });
      for (const address of own.brokers) await answers(address);
      await own.stop(1);
      await expect(answers(own.brokers[0])).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hangs up/);
      await answers(own.brokers[1]);
      await own.start(1);
      await answers(own.brokers[0]);
      await own.freeze(2);
      let hasAnswered = false;
      const asked = answers(own.brokers[1]).then(() => (hasAnswered = true));
      await answers(own.brokers[2]);
      expect(hasAnswered).toBe(false);
      await own.thaw(2);
      await asked;
      await own.freeze(2);
      await own.drop();
    });
  });
});

describe('the ways to Kafka', () => {
  const saved = { ...process.env };
  afterEach(() => {
    for (const name of ['PATH', 'JAVA_HOME', 'THROUGHLINE_KAFKA'])
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
  });

  it('are named with what each of them lacks', async () => {
    Object.assign(process.env, { PATH: '/nowhere', JAVA_HOME: '/nowhere', THROUGHLINE_KAFKA: '' });
    expect(await whyNoKafka()).toMatch(
      /^needs KAFKA_BROKERS, or Java 17 and Maven \(java: .*ENOENT\), or Docker \(docker: .*ENOENT\)$/,
    );
    process.env.THROUGHLINE_KAFKA = 'container';
    expect(await whyNoKafka()).toMatch(/^needs Docker \(docker: .*ENOENT\)$/);
    for (const other of ['moon', 'toString']) {
      process.env.THROUGHLINE_KAFKA = other;
      await expect(kafkaCluster()).rejects.toThrow(`THROUGHLINE_KAFKA: jars or container, not "${other}"`);
    }
  });

  it('lead to the Kafka of docker-compose.yml', async () => {
    const compose = await readFile(new URL('../../../../docker-compose.yml', import.meta.url), 'utf8');
    expect(compose).toContain(`image: ${image}\n`);
  });
});
