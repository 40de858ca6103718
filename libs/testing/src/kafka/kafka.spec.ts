import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, jest } from '@jest/globals';
import { describeUnless, eventually, kafka, kafkaCluster, kafkaOrWhyNot, temporaryFolder } from '../index.ts';

// Servers are started in these tests, several at a time, whatever else the machine does.
jest.setTimeout(240_000);

const { brokers, reason } = await kafkaOrWhyNot();

/** The plainest question there is, ApiVersions 0 with correlation 7: a broker that takes requests answers with the 7. */
async function answers(address: string | undefined): Promise<void> {
  const [host, port] = (address ?? '').split(':');
  const socket = connect({ host, port: Number(port) });
  try {
    socket.write(Buffer.from('0000000a00120000000000070000', 'hex'));
    const [head] = (await once(socket, 'data')) as [Buffer];
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

describeUnless(process.env.KAFKA_BROKERS ? 'KAFKA_BROKERS is used' : reason)('kafkaCluster()', () => {
  it('comes back from a crash at the same place, and leaves nothing behind', async () => {
    const dir = await temporaryFolder();
    const own = await kafkaCluster({ dir });
    const [first] = own.pids();
    await own.restart();
    await answers(own.brokers[0]);
    expect(own.pids()).not.toEqual([first]);
    const [pid] = own.pids();

    // Who starts a cluster where another process left one takes its place.
    const next = await kafkaCluster({ dir });
    expect(next.brokers).toEqual(own.brokers);
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
    await answers(next.brokers[0]);
    await next.drop();
    expect(() => process.kill(next.pids()[0] ?? 0, 0)).toThrow('ESRCH');
  });

  it('has as many servers as are wanted, each of which may be away', async () => {
    const own = await kafkaCluster({ nodes: 3 });
    for (const address of own.brokers) await answers(address);
    await own.stop(1);
    await expect(answers(own.brokers[0])).rejects.toThrow('ECONNREFUSED');
    await answers(own.brokers[1]);
    await own.start(1);
    await answers(own.brokers[0]);
    own.freeze(2);
    // A signal is heard in its own time.
    const state = () => execFileSync('ps', ['-o', 'stat=', '-p', String(own.pids()[1])], { encoding: 'utf8' });
    await eventually(() => expect(state()).toMatch(/^T/));
    let hasAnswered = false;
    const asked = answers(own.brokers[1]).then(() => (hasAnswered = true));
    await answers(own.brokers[2]);
    expect(hasAnswered).toBe(false);
    own.thaw(2);
    await asked;
    await own.drop();
  });
});
