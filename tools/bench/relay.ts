import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { kafkaDriver, type KafkaDriver, migrations as feedMigrations, relay, type Topic } from '@throughline/feed';
import { type Ledger, migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { connect, type Database } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import { kafkaCluster } from '@throughline/testing';
import { type Bench, compete, type Contestant } from './bench.ts';
import { type StoredBytes, supply, tenant } from './events.ts';
import { type Slot, ratioOf, rowOf } from './figures.ts';

/** How many events the ledger holds; each round relays as many of them as it can, from the first on. */
const backlog = 120_000;
const perAppend = 500;
const perSend = 1_000;
const partitions = 12;

const names = {
  ours: 'throughline, a backlog into 12 partitions',
  sender: 'the sender alone, the same values',
} as const;

/**
 * How fast a backlog comes into Kafka, read from the ledger and noted after each page, against the sender with values of
 * the same size that nobody reads and nobody notes. On the brokers of `KAFKA_BROKERS`, else on one of its own.
 */
export const relayed: Bench = async ({ installation, ...setting }) => {
  await installation.migrate({ ledger: ledgerMigrations, feed: feedMigrations });
  const { urls } = installation;
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'bench' });
  const db = connect({ url: urls.projector, application: 'bench' });
  const given = process.env['KAFKA_BROKERS']?.split(',');
  const cluster = given ? undefined : await kafkaCluster();
  const kafka = kafkaDriver({ brokers: given ?? cluster!.brokers, clientId: 'bench' });
  try {
    setting.log(`appending ${backlog} events`);
    const some = await fill(ledger, installation.keys);
    const contestants: Contestant[] = [
      { name: names.ours, run: (seconds) => ours({ ledger, db, kafka }, seconds) },
      { name: names.sender, run: (seconds) => bare(kafka, some, seconds) },
    ];
    return reportOf(await compete(contestants, setting));
  } finally {
    await kafka.close();
    await cluster?.drop();
    await ledger.close();
    await db.close();
  }
};

const fill = async (ledger: Ledger, place: Parameters<typeof openKeyStore>[0]): Promise<readonly StoredBytes[]> => {
  const keys = await openKeyStore(place);
  const { stored } = await supply(new Vault(keys));
  const next = () => Array.from({ length: perAppend }, stored);
  for (let count = 0; count < backlog; count += perAppend)
    await ledger.append(
      next().map(({ stream, id, type, occurredAt, data, meta, sealedUnder }) => {
        const events = [{ id, type, occurredAt, data, meta }];
        return { tenant, stream, expected: 'any', events, sealedUnder };
      }),
    );
  keys.close();
  return [...next(), ...next()];
};

const freshTopic = (): Topic => ({ name: `bench-${randomUUID()}`, partitions, replicas: 1, config: {} });

/** From the first page that arrived, so that making a topic is not counted, until time or backlog are over. */
const ours = async (to: { ledger: Ledger; db: Database; kafka: KafkaDriver }, seconds: number): Promise<Slot> => {
  const relaying = await relay({ ...to, topic: freshTopic() });
  const { counts } = relaying;
  try {
    while (counts.relayed === 0) await pause(1);
    const [from, begun] = [counts.relayed, performance.now()];
    const latencies: number[] = [];
    let [last, at] = [from, begun];
    for (const end = begun + seconds * 1_000; at < end && last < backlog;) {
      await pause(1);
      if (counts.relayed === last) continue;
      const now = performance.now();
      latencies.push(now - at);
      [last, at] = [counts.relayed, now];
    }
    return { done: last - from, ms: at - begun, latencies };
  } finally {
    await relaying.stop();
  }
};

const bare = async (kafka: KafkaDriver, events: readonly StoredBytes[], seconds: number): Promise<Slot> => {
  const topic = freshTopic();
  await kafka.ensureTopic(topic);
  const records = events.slice(0, perSend).map(({ stream, data, meta }, at) => ({
    partition: at % partitions,
    key: Buffer.from(`${tenant}|${stream}`),
    value: Buffer.from(data),
    headers: { meta },
  }));
  const sender = await kafka.sender(topic.name);
  await sender.send(records);
  const latencies: number[] = [];
  const begun = performance.now();
  for (let at = begun; at < begun + seconds * 1_000;) {
    await sender.send(records);
    latencies.push(performance.now() - at);
    at = performance.now();
  }
  const ms = performance.now() - begun;
  await sender.close();
  return { done: latencies.length * perSend, ms, latencies };
};

const reportOf = (slots: Awaited<ReturnType<typeof compete>>) => {
  const rows = Object.values(names).map((name) => rowOf(name, slots(name)));
  return {
    bench: 'relay',
    rows,
    ratios: { [names.sender]: ratioOf(slots(names.ours), slots(names.sender)) },
    targets: [{ name: 'events a second to the broker', is: rows[0]!.perSecond, atLeast: 20_000 }],
  };
};
