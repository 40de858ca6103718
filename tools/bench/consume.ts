import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventName } from '@throughline/contracts';
import {
  type Feed,
  type KafkaDriver,
  kafkaDriver,
  kafkaFeed,
  type KafkaFeedOptions,
  ledgerFeed,
  relay,
  type Topic,
} from '@throughline/feed';
import type { Ledger } from '@throughline/ledger';
import { projection, type Projector } from '@throughline/read-model';
import { kafkaCluster } from '@throughline/testing';
import { timeline } from '@throughline/timeline';
import { type Bench, compete, type Contestant } from './bench.ts';
import { type Report, ratioOf, rowOf, type Slot } from './figures.ts';
import { emptied, type On, onGround, row, size } from './project.ts';

const partitions = 12;
const names = {
  row: 'one row an event, from Kafka',
  rowTail: "one row an event, from the ledger's tail",
  whole: 'whole timeline, from Kafka',
  wholeTail: "whole timeline, from the ledger's tail",
} as const;

/** The same live projections by both feeds: what Kafka costs, and whether one process keeps up with a ledger. */
export const consume: Bench = async ({ installation, ...setting }) =>
  onGround(installation, async (on) => {
    const { brokers, drop } = await broker();
    const driver = kafkaDriver({ brokers, clientId: 'bench' });
    try {
      const topic = { name: `bench-${randomUUID()}`, partitions, replicas: 1, config: {} };
      await fill(on, driver, topic);
      const kafka = () => fromKafka({ ledger: on.ledger, driver, topic: topic.name });
      const tail = async () => ledgerFeed(on.ledger);
      const contestants: Contestant[] = [
        { name: names.row, run: (seconds) => live(row, kafka, on, seconds) },
        { name: names.rowTail, run: (seconds) => live(row, tail, on, seconds) },
        { name: names.whole, run: (seconds) => live(timeline, kafka, on, seconds) },
        { name: names.wholeTail, run: (seconds) => live(timeline, tail, on, seconds) },
      ];
      return reportOf(await compete(contestants, setting));
    } finally {
      await driver.close();
      await drop();
    }
  });

const broker = async () => {
  const given = process.env.KAFKA_BROKERS;
  return given ? { brokers: given.split(','), drop: async () => {} } : kafkaCluster();
};

/** The ledger's events in the topic, by the product's own relay. */
const fill = async ({ ledger, db }: On, kafka: KafkaDriver, topic: Topic): Promise<void> => {
  const relaying = await relay({ ledger, db, kafka, topic });
  while (relaying.counts.relayed < size) await pause(50);
  await relaying.stop();
};

/** A new group, which has the work and begins at the oldest record; the ledger has nothing for it, so that all comes from Kafka. */
const fromKafka = async ({ ledger, ...from }: Pick<KafkaFeedOptions, 'driver' | 'topic'> & { ledger: Ledger }) => {
  const feed = kafkaFeed({ ...from, ledger: { ...ledger, tail: async () => [] }, group: `bench-${randomUUID()}` });
  while (!feed.state().joined) await pause(5);
  return feed;
};

const live = async <Name extends EventName, Context>(
  what: Projector<Name, Context>,
  open: () => Promise<Feed>,
  on: On,
  seconds: number,
): Promise<Slot> => {
  await emptied(on);
  const feed = await open();
  const latencies: number[] = [];
  const begun = performance.now();
  let last = begun;
  const following = feed.follow(projection(what, { db: on.db }));
  following.watch(() => {
    const now = performance.now();
    latencies.push(now - last);
    last = now;
  });
  await following.waitFor(BigInt(size), seconds * 1_000);
  await following.stop();
  await feed.close();
  return { done: Number(following.position()), ms: last - begun, latencies };
};

const reportOf = (slots: (name: string) => readonly Slot[]): Report => {
  const rows = Object.values(names).map((name) => rowOf(name, slots(name)));
  return {
    bench: 'consume',
    rows,
    ratios: {
      [names.rowTail]: ratioOf(slots(names.row), slots(names.rowTail)),
      [names.wholeTail]: ratioOf(slots(names.whole), slots(names.wholeTail)),
    },
    targets: [{ name: `events a second, ${names.row}`, is: rows[0]!.perSecond, atLeast: 25_000 }],
  };
};
