import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { kafkaDriver, ledgerTopic, type ReadRecord } from '@throughline/feed';
import {
  describeUnless,
  eventually,
  kafkaCluster,
  type KafkaCluster,
  kafkaOrWhyNot,
  temporaryFolder,
  type TestDatabase,
} from '@throughline/testing';
import { launchService, urlOf } from './apart.ts';
import { asking } from './asking.ts';
import { collector, type Span } from './collector.ts';
import { migrated } from './database.ts';
import { type Captured, interaction } from './made.ts';
import type { Run } from './standalone.ts';

jest.setTimeout(240_000);
const within = 90_000;

const { reason } = await kafkaOrWhyNot();
const names = ['capture', 'relay', 'timeline'] as const;
const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const caller = '00f067aa0ba902b7';

describeUnless(reason)('one trace, over processes that a broker lies between', () => {
  const processes: Run[] = [];
  let traces: Awaited<ReturnType<typeof collector>>;
  let urls: TestDatabase;
  // The topic has the name that it has everywhere, so the broker is nobody else's.
  let cluster: KafkaCluster;
  let at: Record<(typeof names)[number], string>;
  beforeAll(async () => {
    [traces, urls, cluster] = await Promise.all([collector(), migrated(), kafkaCluster()]);
    const keys = await temporaryFolder();
    const env = {
      ...traces.env,
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      METRICS_PORT: 'off',
      DATABASE_URL: urls.service,
      PROJECTOR_URL: urls.projector,
      KEYS_URL: `file:${join(keys, 'keys.sqlite')}`,
      KEYS_KEK: join(keys, 'kek'),
      KAFKA_BROKERS: cluster.brokers.join(','),
      KAFKA_REPLICAS: '1',
      KAFKA_MIN_INSYNC_REPLICAS: '1',
      LOG_LEVEL: 'warn',
    };
    for (const name of names) processes.push(launchService(name, env));
    at = Object.fromEntries(
      await Promise.all(names.map(async (name, nth) => [name, await urlOf(name, processes[nth]!)])),
    ) as typeof at;
    // It has joined the topic's group by then.
    await eventually(async () => expect((await fetch(`${at.timeline}/health/ready`)).status).toBe(200), { within });
  });
  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    await Promise.all([urls.drop(), cluster.drop(), traces.close()]);
  });

  const spanWhere = (is: (span: Span) => boolean): Promise<Span> =>
    eventually(
      () => {
        const span = traces.spans().find(is);
        if (!span) throw new Error(`not among ${[...new Set(traces.spans().map(({ name }) => name))].join(', ')}`);
        return span;
      },
      { within },
    );
  const isLinked = (to: Span) => (span: Span) =>
    span.links?.some(({ traceId, spanId }) => traceId === to.traceId && spanId === to.spanId) ?? false;

  const recordsOf = async (count: number): Promise<readonly ReadRecord[]> => {
    const kafka = kafkaDriver({ brokers: cluster.brokers, clientId: 'spec' });
    const records: ReadRecord[] = [];
    await kafka.read({
      topic: ledgerTopic,
      group: 'spec',
      sharing: 'spread',
      assigned: () => {},
      revoked: () => {},
      read: async (_, read) => void records.push(...read),
      failed: () => {},
    });
    await eventually(() => expect(records.length).toBeGreaterThanOrEqual(count), { within });
    await kafka.close();
    return records;
  };

  it('goes from the request over the append and the record to what projects it', async () => {
    const headers = { traceparent: `00-${trace}-${caller}-01` };
    const captured = await asking(at.capture)<Captured>('/v1/interactions', { json: interaction('traced'), headers });
    expect(captured.status).toBe(201);

    const request = await spanWhere(({ name, traceId }) => name === 'POST /v1/interactions' && traceId === trace);
    expect(request.parentSpanId).toBe(caller);
    const append = await spanWhere(({ name, traceId }) => name === 'ledger append' && traceId === trace);
    expect(append.parentSpanId).toBe(request.spanId);
    await spanWhere((span) => span.name === 'relay' && isLinked(append)(span));
    await spanWhere((span) => span.name === 'apply timeline@3' && isLinked(append)(span));

    const records = await recordsOf(captured.body.position);
    const record = records.find(({ headers }) => headers['position'] === String(captured.body.position));
    expect(record?.headers['traceparent']).toBe(`00-${trace}-${append.spanId}-01`);
  });
});
