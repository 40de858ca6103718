import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Ledger, memoryLedger, memoryStore } from '@throughline/ledger';
import type { Client, Database } from '@throughline/postgres';
import { describeUnless, eventually, kafkaOrWhyNot } from '@throughline/testing';
import { type Broker, memoryBroker, recordsIn, troubled } from '../../test/broker.ts';
import { feedDatabase } from '../../test/database.ts';
import { kafkaDriver } from '../index.ts';
import { type KafkaRecord, WrongTopic } from '../kafka/driver.ts';
import { decode } from '../kafka/message.ts';
import { relay, type Relaying, type RelayOptions } from './relay.ts';

jest.setTimeout(120_000);

let owner: Database;
let db: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ owner, db, drop } = await feedDatabase());
});
afterAll(() => drop());

const inMemory = memoryBroker();
const { brokers, reason } = await kafkaOrWhyNot();
const kafka = kafkaDriver({ brokers, clientId: 'spec' });
afterAll(() => kafka.close());
const real: Broker = { driver: kafka, recordsIn: (name) => recordsIn(kafka, name) };

let broker: Broker;
const most = 100_000;
let topic: string;
let ledger: Ledger;
let running: Relaying[];
beforeEach(() => {
  topic = `spec-${randomUUID()}`;
  ledger = memoryLedger();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
});

const begin = async (more: Partial<RelayOptions> = {}): Promise<Relaying> => {
  const config = { 'max.message.bytes': String(most) };
  const declared = { name: topic, partitions: 4, replicas: 1, config };
  const one = await relay({ ledger, db, kafka: broker.driver, topic: declared, leaseMs: 5_000, pollMs: 20, ...more });
  running.push(one);
  return one;
};

/** So many events, each in a stream of seven. */
const append = (count: number, data = '{}') =>
  ledger.append(
    Array.from({ length: count }, (_, at) => ({
      tenant: 'acme',
      stream: `s-${at % 7}`,
      expected: 'any',
      events: [{ id: randomUUID(), type: 'SessionEnded', occurredAt: '2026-05-04T09:30:00Z', data, meta: '{}' }],
    })),
  );

const sentOf = (record: KafkaRecord) => {
  const message = decode(record);
  if (message.is === 'foreign') throw new Error(message.reason);
  const position = message.is === 'event' ? message.event.position : message.position;
  return { is: message.is, position, ...message.sent };
};
const untilRelayed = (count: number) =>
  eventually(async () => {
    const { rows } = await db.query<{ relayed: bigint }>('select relayed from feed.relay where topic = $1', [topic]);
    expect(rows[0]?.relayed).toBe(BigInt(count));
  });

/** All is there, and whoever leaves out of each partition what is not new finds it in order, nothing missing. */
const expectWhole = async (count: number) => {
  const found: bigint[] = [];
  for (const partition of await broker.recordsIn(topic)) {
    let last = 0n;
    for (const { position, prev } of partition.map(sentOf)) {
      if (position <= last) continue;
      expect(prev).toBe(last);
      found.push((last = position));
    }
  }
  expect(found.toSorted((a, b) => Number(a - b))).toEqual(Array.from({ length: count }, (_, at) => BigInt(at + 1)));
};
const withoutTerm = (record: KafkaRecord) => ({ ...record, headers: { ...record.headers, 'relay-term': '' } });
const all = async (): Promise<readonly KafkaRecord[]> => (await broker.recordsIn(topic)).flat();
const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { closed: promise, open: resolve };
};

const cases = (of: Broker) => () => {
  beforeAll(() => {
    broker = of;
  });

  it('brings what was appended before it began, and what comes then, once (case 28)', async () => {
    await append(50);
    await begin({ limit: 7 });
    await untilRelayed(50);
    await append(30);
    await untilRelayed(80);
    await expectWhole(80);
    const events = await ledger.tail(0n);
    const relayed = (await all()).map(decode).map((message) => message.is === 'event' && message.event);
    expect(new Set(relayed)).toEqual(new Set(events));
    expect(relayed).toHaveLength(80);
  });

  it('goes on where it was', async () => {
    await append(20);
    const first = await begin();
    await untilRelayed(20);
    await first.stop();
    await append(20);
    await begin();
    await untilRelayed(40);
    await expectWhole(40);
    expect(await all()).toHaveLength(40);
  });

  it('sends the same again where it died before it noted what it had sent (case 29)', async () => {
    await append(40);
    let isCut = false;
    const query: Client['query'] = (...asked) =>
      isCut ? Promise.reject(new Error('Connection terminated')) : db.query(...asked);
    const kafka = troubled(broker.driver, { after: () => (isCut = true) });
    const dead = await begin({ kafka, db: { query }, leaseMs: 600 });
    await eventually(() => expect(dead.state).toBe('failing'));
    await dead.stop();
    const before = await all();
    await append(10);
    await begin();
    await untilRelayed(50);
    await expectWhole(50);
    const again = (await all()).filter((record) => sentOf(record).term === 2 && sentOf(record).position <= 40n);
    expect(again.map(withoutTerm)).toEqual(before.map(withoutTerm));
    expect(again).toHaveLength(40);
  });

  it('refuses what a frozen one wants to note that another took over from (case 30)', async () => {
    await append(40);
    const frozen = gate();
    let isFrozen = false;
    const kafka = troubled(broker.driver, {
      after: () => {
        isFrozen = true;
        return frozen.closed;
      },
    });
    const query: Client['query'] = async (...asked) => {
      if (isFrozen) await frozen.closed;
      return db.query(...asked);
    };
    // It does not know itself how long it was away.
    const zombie = await begin({ kafka, db: { query }, leaseMs: 3_600_000, limit: 25 });
    await eventually(() => expect(isFrozen).toBe(true));
    await owner.query(`update feed.lease set until = '-infinity' where name = $1`, [`relay ${topic}`]);
    const other = await begin();
    await append(10);
    await untilRelayed(50);
    frozen.open();
    await eventually(() => expect(zombie.state).toBe('standing by'));
    expect({ zombie: zombie.counts.relayed, other: other.counts.relayed }).toEqual({ zombie: 0, other: 50 });
    await append(10);
    await untilRelayed(60);
    await expectWhole(60);
    const { rows } = await owner.query('select term from feed.relay where topic = $1', [topic]);
    expect(rows).toEqual([{ term: 2 }]);
  });

  it('is one of several; the next one begins where it ended', async () => {
    const both = [await begin(), await begin()];
    await append(10);
    await untilRelayed(10);
    const active = both.findIndex(({ state }) => state === 'relaying');
    expect(both[1 - active]!.state).toBe('standing by');
    await both[active]!.stop();
    await append(10);
    await untilRelayed(20);
    expect(both.map(({ state }) => state).toSorted()).toEqual(['relaying', 'stopped']);
    expect(await all()).toHaveLength(20);
  });

  it('waits for a broker that is away, tells how much waits and for how long, and drains it (case 31)', async () => {
    let away: Error | undefined = new Error('connect ECONNREFUSED');
    const down = async () => {
      if (away) throw away;
    };
    const { driver } = broker;
    const kafka = { ...troubled(driver, { before: down }), ensureTopic: async (...all: Parameters<typeof driver.ensureTopic>) => (await down(), driver.ensureTopic(...all)) }; // prettier-ignore
    const news: string[] = [];
    const one = await begin({ kafka, onNews: ({ is }) => void news.push(is) });
    await eventually(() => expect(one.state).toBe('failing'));
    expect(one.lastError).toBe(away);
    expect(await one.lag()).toEqual({ events: 0, seconds: 0 });
    await append(10);
    await append(1_000);
    const [first] = await ledger.tail(0n, { limit: 1 });
    const { events, seconds } = await one.lag();
    const age = (Date.now() - Date.parse(first!.recordedAt)) / 1_000;
    expect(events).toBe(1_010);
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(Math.abs(seconds - age)).toBeLessThan(5);
    await eventually(async () => expect((await one.lag()).seconds).toBeGreaterThan(seconds + 0.2));
    away = undefined;
    await untilRelayed(1_010);
    expect(await one.lag()).toEqual({ events: 0, seconds: 0 });
    await eventually(() => expect(one).toMatchObject({ state: 'relaying', lastError: undefined }));
    away = new Error('gone again');
    await append(10);
    await eventually(() => expect(one.state).toBe('failing'));
    away = undefined;
    await untilRelayed(1_020);
    await expectWhole(1_020);
    expect(new Set(news)).toEqual(new Set(['leading', 'retrying', 'recovered']));
  });

  it('ends while the broker is away', async () => {
    await append(10);
    const kafka = troubled(broker.driver, { before: () => Promise.reject(new Error('away')) });
    const one = await begin({ kafka });
    await eventually(() => expect(one.state).toBe('failing'));
    await one.stop();
    expect(one.state).toBe('stopped');
  });

  it('sends a stub for what is too large, in its place (case 32)', async () => {
    await append(14);
    await append(1, JSON.stringify('x'.repeat(most)));
    await append(14);
    const one = await begin();
    await untilRelayed(29);
    await expectWhole(29);
    const stubs = (await all()).map(sentOf).filter(({ is }) => is === 'stub');
    expect(stubs).toMatchObject([{ position: 15n }]);
    expect(one.counts).toMatchObject({ relayed: 29, stubs: 1 });
  });

  it('tells with each event in which epoch it was stored', async () => {
    await append(20);
    const forked = { ...ledger, forkAt: async (position: bigint) => ({ epoch: position < 13n ? 1 : 2, id: null }) };
    await begin({ ledger: forked });
    await untilRelayed(20);
    for (const { position, fork } of (await all()).map(sentOf)) expect(fork.epoch).toBe(position < 13n ? 1 : 2);
  });

  it.each(['gone on', 'not gone on'])(
    'sends nothing that it read before the ledger was restored, and has %s',
    async (how) => {
      await append(40);
      const [sending, held] = [gate(), gate()];
      let now: Pick<Ledger, 'tail' | 'forkAt' | 'head'> = ledger;
      const driver: Broker['driver'] = {
        ...broker.driver,
        sender: async (name) => {
          const sender = await broker.driver.sender(name);
          const send: typeof sender.send = async (records) => {
            sending.open();
            await held.closed;
            return sender.send(records);
          };
          return { ...sender, send };
        },
      };
      const living: RelayOptions['ledger'] = {
        ...ledger,
        tail: (...of) => now.tail(...of),
        forkAt: (position) => now.forkAt(position),
        head: () => now.head(),
      };
      await begin({ ledger: living, kafka: driver, limit: 10 });
      await sending.closed;

      const restored = memoryLedger({ store: { ...memoryStore(), log: [...(await ledger.tail(0n, { limit: 10 }))] } });
      now = { ...restored, forkAt: async (position) => (await restored.forkAt(position)) && { epoch: position > 10n ? 2 : 1, id: null } }; // prettier-ignore
      ledger = restored;
      if (how === 'gone on') await append(30);
      held.open();
      if (how === 'not gone on') {
        await untilRelayed(10);
        await append(30);
      }
      await untilRelayed(40);
      await expectWhole(40);
      const ids = new Map((await ledger.tail(0n)).map(({ position, id }) => [String(position), id]));
      for (const { headers } of await all()) expect(headers.ce_id).toBe(ids.get(headers.position!));
    },
  );

  it('waits where the ledger ends before what was relayed of it: it is another one', async () => {
    await append(20);
    const first = await begin();
    await untilRelayed(20);
    await first.stop();
    const earlier = memoryLedger();
    const one = await begin({ ledger: earlier });
    await eventually(() => expect(one.lastError?.message).toContain('The ledger ends at 0, and the topic at 20'));
  });

  it('does not go on with another number of partitions', async () => {
    await begin();
    const other = begin({ topic: { name: topic, partitions: 5, replicas: 1, config: {} } });
    await expect(other).rejects.toThrow(WrongTopic);
    await expect(other).rejects.toThrow(`${topic} was begun with 4 partitions and cannot go on with 5`);
  });
};

describe('the relay, a broker in memory', cases(inMemory));
describeUnless(reason)('the relay, Kafka', cases(real));
