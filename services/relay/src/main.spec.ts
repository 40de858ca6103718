import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { kafkaDriver, migrations as feed } from '@throughline/feed';
import { migrations as identity } from '@throughline/identity';
import { migrations as ledger, postgresLedger } from '@throughline/ledger';
import { migrations as readModel } from '@throughline/read-model';
import { migrations as access } from '@throughline/service';
import {
  describeUnless,
  eventually,
  kafkaCluster,
  type KafkaCluster,
  kafkaOrWhyNot,
  postgres,
  temporaryFolder,
  type TestDatabase,
} from '@throughline/testing';

jest.setTimeout(180_000);

const schemas = { ledger, feed, identity, read_model: readModel, access };

const { reason } = await kafkaOrWhyNot();
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describeUnless(reason)('the relay, in a process of its own', () => {
  let urls: TestDatabase;
  // Its topic has the name that it has everywhere.
  let cluster: KafkaCluster;
  let env: Record<string, string>;
  const children = new Set<ReturnType<typeof launch>['child']>();
  beforeAll(async () => {
    [urls, cluster] = await Promise.all([postgres(schemas), kafkaCluster()]);
    const keys = await temporaryFolder();
    env = {
      HTTP_PORT: '0',
      METRICS_PORT: 'off',
      DATABASE_URL: urls.service,
      PROJECTOR_URL: urls.projector,
      KEYS_URL: `file:${join(keys, 'keys.sqlite')}`,
      KEYS_KEK: join(keys, 'kek'),
      KAFKA_BROKERS: cluster.brokers.join(','),
      KAFKA_PARTITIONS: '3',
      KAFKA_REPLICAS: '1',
      KAFKA_MIN_INSYNC_REPLICAS: '1',
    };
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await cluster.drop();
    await urls.drop();
  });

  const launch = (more: Record<string, string> = {}) => {
    const flags = ['--conditions=source', '--import', at('../../../tools/source.js'), at('./main.ts')];
    const child = spawn(process.execPath, flags, { env: { PATH: process.env['PATH'], ...env, ...more } });
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    return { child, texts, ended };
  };
  const begin = async (more?: Record<string, string>) => {
    const running = launch(more);
    children.add(running.child);
    const url = await eventually(
      () => {
        const [, found] = /^relay is ready at (\S+)/m.exec(running.texts.out) ?? [];
        if (found === undefined) throw new Error(running.texts.err);
        return found;
      },
      { within: 90_000 },
    );
    const ready = async () => {
      const answer = await fetch(`${url}/health/ready`);
      return { status: answer.status, text: await answer.text() };
    };
    return { ...running, ready };
  };

  it('brings what is appended into the topic, and says when Kafka is away', async () => {
    const store = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'spec' });
    const kafka = kafkaDriver({ brokers: cluster.brokers, clientId: 'spec' });
    const sent = async () => {
      const partitions = await kafka.offsets('throughline.ledger.v1');
      return partitions.reduce((sum, { high }) => sum + Number(high), 0);
    };
    const append = () =>
      store.append([
        {
          tenant: 'acme',
          stream: 's',
          expected: 'any',
          events: [{ id: randomUUID(), type: 'SessionEnded', occurredAt: '2026-05-04T09:30:00Z', data: '{}', meta: '{}' }],
        },
      ]); // prettier-ignore
    await append();
    const { child, ended, texts, ready } = await begin();
    await eventually(async () => expect(await sent()).toBe(1), { within: 60_000 });
    await eventually(async () => expect(await ready()).toEqual({ status: 200, text: expect.any(String) }));
    await cluster.stop();
    await append();
    await eventually(async () => expect(await ready()).toMatchObject({ status: 503, text: expect.stringContaining('"relay"') }), { within: 60_000 }); // prettier-ignore
    await cluster.start();
    await eventually(async () => expect(await ready()).toMatchObject({ status: 200 }), { within: 60_000 });
    await eventually(async () => expect(await sent()).toBeGreaterThanOrEqual(2));
    child.kill('SIGTERM');
    expect({ code: await ended, err: texts.err.split('\n').slice(-4) }).toMatchObject({ code: 0 });
    await Promise.all([kafka.close(), store.close()]);
  });

  it('does not start with another number of partitions, and says why', async () => {
    const { ended, texts } = launch({ KAFKA_PARTITIONS: '5' });
    expect(await ended).toBe(1);
    expect(texts.err).toContain('was begun with 3 partitions and cannot go on with 5');
  });

  it('names every setting that it cannot start with', async () => {
    const { ended, texts } = launch({ KAFKA_BROKERS: '', KAFKA_PARTITIONS: '0' });
    expect(await ended).toBe(2);
    expect(texts.err).toMatch(/KAFKA_BROKERS[^]*KAFKA_PARTITIONS|KAFKA_PARTITIONS[^]*KAFKA_BROKERS/);
  });
});
