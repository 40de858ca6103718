import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Fork, type Ledger, memoryLedger, type Position } from '@throughline/ledger';
import { eventually } from '@throughline/testing';
import { appendTo } from '../../test/events.ts';
import { ending } from '../../test/ending.ts';
import { type MemoryKafka, memoryKafka } from '../../test/kafka.ts';
import { emptyStore, memoryDesk, memoryRecorder, type Store } from '../../test/memory.ts';
import { asStub, type Fate, sure, testRelay } from '../../test/relay.ts';
import { feedConformance, type Recorder } from '../conformance.ts';
import { type Batch, wholeLedger } from '../consumer.ts';
import type { Feed } from '../feed.ts';
import type { News } from '../report.ts';
import { kafkaFeed, type KafkaFeedOptions } from './feed.ts';

const partitions = 4;
const place = { topic: 'throughline.ledger.v1', group: 'throughline.spec' };

feedConformance('a broker in memory, a consumer in memory', async () => {
  const ledger = memoryLedger();
  const store = emptyStore();
  const kafka = memoryKafka(partitions);
  const { relay } = testRelay(ledger, kafka.send, { partitions });
  const append = appendTo(ledger);
  return {
    append: async (events) => {
      const positions = await append(events);
      await relay();
      return positions;
    },
    recorder: (onEvent) => memoryRecorder(store, 'spec.recorder@1', onEvent),
    feed: (consumer) => ending(kafkaFeed({ ledger, driver: kafka, ...place }), consumer, { pollMs: 20 }),
    desk: memoryDesk(store, 'acme'),
    close: () => ledger.close(),
  };
});

const within = 20_000;
const never = 3_600_000;
const upTo = (last: number) => Array.from({ length: last }, (_, at) => BigInt(at + 1));
const ofStream = (which: number, last: number) => upTo(last).filter((position) => (Number(position) - 1) % 8 === which);

let ledger: Ledger;
let store: Store;
let kafka: MemoryKafka;
const feeds: Feed[] = [];
beforeEach(() => {
  [ledger, store, kafka] = [memoryLedger(), emptyStore(), memoryKafka(partitions)];
});
afterEach(async () => {
  await Promise.all(feeds.splice(0).map((feed) => feed.close()));
  await ledger.close();
});

const append = (count: number, streams = 8) =>
  appendTo(ledger)(Array.from({ length: count }, (_, at) => ({ stream: `s${at % streams}` })));
const relay = (fate: Fate = sure, fork?: Fork) => testRelay(ledger, kafka.send, { partitions, fate, fork }).relay();
const recorder = (onEvent: (position: Position) => void = () => {}) =>
  memoryRecorder(store, 'spec.kafka@1', ({ position }) => onEvent(position));
const open = (options: Partial<KafkaFeedOptions> = {}): Feed => {
  const feed = kafkaFeed({ ledger, driver: kafka, ...place, ...options });
  feeds.push(feed);
  return feed;
};
/** It has nothing that Kafka does not bring. */
const empty = () => ({ ...ledger, tail: async () => [] });
const whole = (count: number) =>
  Object.fromEntries(Array.from({ length: Math.min(8, count) }, (_, at) => [`s${at}`, ofStream(at, count)]));
const expectWhole = (count: number) => expect(Object.fromEntries(store.trails)).toEqual(whole(count));

describe('from Kafka alone', () => {
  it('brings the order of the ledger back over all partitions', async () => {
    await append(1_000);
    await relay();
    const order: Position[] = [];
    const following = open({ ledger: empty() }).follow(recorder((position) => order.push(position)));
    expect(await following.waitFor(1_000n, within)).toBe(true);
    expect(order).toEqual(upTo(1_000));
    expectWhole(1_000);
  });

  it('35 applies once what is delivered three times', async () => {
    kafka.tamper = (records) => [...records, ...records, ...records];
    await append(400);
    await relay();
    await relay();
    const following = open({ ledger: empty() }).follow(recorder());
    expect(await following.waitFor(400n, within)).toBe(true);
    expectWhole(400);
  });

  it('36 restores the order of what is delivered out of order', async () => {
    kafka.tamper = (records) => records.toReversed();
    await append(400);
    await relay();
    const following = open({ ledger: empty() }).follow(recorder());
    expect(await following.waitFor(400n, within)).toBe(true);
    expectWhole(400);
  });

  it('54 reaches the head while partitions are idle', async () => {
    await append(50, 1);
    await relay();
    const following = open({ ledger: empty() }).follow(recorder());
    expect(await following.waitFor(await ledger.head(), within)).toBe(true);
  });

  it('has each of several consumers go on from its own checkpoint', async () => {
    await append(300);
    await relay();
    const other = emptyStore();
    other.places.set(wholeLedger, { position: 250n, turn: 1 });
    const feed = open({ ledger: empty() });
    const followings = [recorder(), memoryRecorder(other, 'spec.other@1', () => {})].map((one) => feed.follow(one));
    for (const one of followings) expect(await one.waitFor(300n, within)).toBe(true);
    expectWhole(300);
    expect(new Set([...other.trails.values()].flat())).toEqual(new Set(upTo(300).slice(250)));
  });
});

describe('what Kafka does not bring is read from the ledger', () => {
  it.each([
    ['a record that never comes', (record) => (BigInt(record.headers['position']!) % 50n === 7n ? [] : [record])],
    ['the newest records', (record) => (BigInt(record.headers['position']!) > 380n ? [] : [record])],
    ['an event too large for the broker', (record, event) => (event.position % 50n === 7n ? asStub(record, event) : [record])], // prettier-ignore
    ['a record without a value', (record) => [{ ...record, value: BigInt(record.headers['position']!) % 50n === 7n ? null : record.value }]], // prettier-ignore
    ['a record that is no event', (record, { position }) => [{ ...record, headers: position % 50n === 7n ? {} : record.headers }]], // prettier-ignore
    ['everything', () => []],
  ] satisfies [string, Fate][])('36 %s', async (_, fate) => {
    await append(400);
    await relay(fate);
    const order: Position[] = [];
    const feed = open({ gapMs: 20, silenceMs: 20 });
    const following = feed.follow(
      recorder((position) => order.push(position)),
      { pollMs: 20 },
    );
    expect(await following.waitFor(400n, within)).toBe(true);
    expect(order).toEqual(upTo(400));
    expectWhole(400);
  });

  it('54 what retention removed, for a consumer that comes late', async () => {
    await append(200);
    await relay();
    kafka.forget();
    await append(100);
    const following = open({ gapMs: 20, silenceMs: never }).follow(recorder(), { pollMs: 20 });
    await testRelay(ledger, kafka.send, { partitions, from: 200n }).relay();
    expect(await following.waitFor(300n, within)).toBe(true);
    expect([...store.trails.values()].flat()).toHaveLength(300);
  });

  it('what a consumer was too slow for, while others go on', async () => {
    await append(3_000);
    await relay();
    const feed = open({ windowBytes: 50_000, gapMs: 20, silenceMs: 20 });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const slow = { ...recorder(), name: 'spec.slow@1' };
    const held: Recorder = { ...slow, apply: async (batch) => { await released; await slow.apply(batch); } }; // prettier-ignore
    const [late, quick] = [feed.follow(held), feed.follow(memoryRecorder(emptyStore(), 'spec.quick@1', () => {}))];
    expect(await quick.waitFor(3_000n, within)).toBe(true);
    expect(late.position()).toBe(0n);
    release();
    expect(await late.waitFor(3_000n, within)).toBe(true);
    expectWhole(3_000);
  });

  it('holds no more of the topic than there is room for', async () => {
    await append(3_000);
    await relay();
    let handed = 0;
    kafka.tamper = (records) => ((handed += records.length), records);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const plain = recorder();
    const following = open({ windowBytes: 50_000, silenceMs: never }).follow({ ...plain, apply: async (batch) => { await released; await plain.apply(batch); } }); // prettier-ignore
    await eventually(() => expect(handed).toBeGreaterThanOrEqual(400));
    for (let at = 0; at < 100; at += 1) await turn();
    // A hundred of each partition came in, and the next hundred wait.
    expect(handed).toBeLessThanOrEqual(800);
    release();
    expect(await following.waitFor(3_000n, within)).toBe(true);
    expectWhole(3_000);
  });

  it('all of it while no broker can be reached, by who had the work and by who comes then', async () => {
    const first = open({ aloneMs: 50 });
    const following = first.follow(recorder(), { pollMs: 20 });
    await eventually(() => expect(first.state()).toMatchObject({ joined: true, active: true }));
    const standby = open({ aloneMs: never });
    await eventually(() => expect(standby.state().joined).toBe(true));
    kafka.away();
    expect(first.state().joined).toBe(false);
    await append(100);
    const late = open({ aloneMs: 50 }).follow(recorder(), { pollMs: 20 });
    for (const one of [following, late]) expect(await one.waitFor(100n, within)).toBe(true);
    kafka.back();
    await append(100);
    await relay();
    for (const one of [following, late]) expect(await one.waitFor(200n, within)).toBe(true);
    expect([...store.trails.values()].flat()).toHaveLength(200);
  });
});

describe('a group', () => {
  const gated = () => {
    const [begun, allowed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const plain = recorder();
    const apply = async (batch: Batch) => { begun.resolve(); await allowed.promise; await plain.apply(batch); }; // prettier-ignore
    return { consumer: { ...plain, apply }, begun: begun.promise, allow: allowed.resolve };
  };

  it('37 refuses the batch of who lost the work in the middle of it', async () => {
    await append(200);
    await relay();
    const old = gated();
    const first = open();
    const before = first.follow(old.consumer, { pollMs: 20 });
    await old.begun;
    const second = open();
    const after = second.follow(recorder(), { pollMs: 20 });
    expect(await after.waitFor(200n, within)).toBe(true);
    old.allow();
    expect(await before.waitFor(200n, within)).toBe(true);
    expect([first.state().active, second.state().active, before.counts.applied]).toEqual([false, true, 0]);
    expectWhole(200);
  });

  it('lets who stands by tell the true position, and take over from who leaves', async () => {
    const [one, two] = [open(), open()];
    const followings = [one.follow(recorder(), { pollMs: 20 }), two.follow(recorder(), { pollMs: 20 })];
    await eventually(() => expect([one, two].map((feed) => feed.state().active)).toEqual([false, true]));
    await append(100);
    await relay();
    for (const following of followings) expect(await following.waitFor(100n, within)).toBe(true);
    expect(followings.map(({ counts }) => counts.applied)).toEqual([0, 100]);
    await two.close();
    expect(followings[1]!.state).toBe('stopped');
    await eventually(() => expect(one.state().active).toBe(true));
    await append(8);
    await testRelay(ledger, kafka.send, { partitions, from: 100n }).relay();
    expect(await followings[0]!.waitFor(108n, within)).toBe(true);
    expect([...store.trails.values()].flat()).toHaveLength(108);
  });

  it('is told how far the checkpoints are, and nothing that is before them', async () => {
    await append(400);
    await relay();
    const old = gated();
    const feed = open({ hintMs: 5 });
    const following = feed.follow(old.consumer, { limit: 100 });
    await old.begun;
    const sum = () => Array.from({ length: partitions }, (_, at) => kafka.committed(place.group, at) ?? 0n).reduce((a, b) => a + b); // prettier-ignore
    expect(sum()).toBe(0n);
    old.allow();
    expect(await following.waitFor(400n, within)).toBe(true);
    await feed.close();
    expect(sum()).toBe(400n);
  });

  it('finishes the batch at hand before it leaves', async () => {
    await append(1);
    await relay();
    const old = gated();
    const feed = open();
    const following = feed.follow(old.consumer);
    await old.begun;
    const closed = feed.close();
    old.allow();
    await closed;
    expect([following.position(), following.state]).toEqual([1n, 'stopped']);
  });
});

describe('a topic of another ledger', () => {
  it.each([
    [
      'another epoch',
      async () => relay(sure, { epoch: 2, id: null }),
      /position 10 is of ledger-epoch 2, the ledger that it is of 1/,
    ],
    [
      'a longer past',
      async () => {
        const other = memoryLedger();
        await appendTo(other)(Array.from({ length: 30 }, () => ({ stream: 's0' })));
        await testRelay(other, kafka.send, { partitions }).relay();
      },
      /has an event at position 30, and the ledger has none/,
    ],
  ])('stops a consumer and says why: %s', async (_, fill, why) => {
    // prettier-ignore
    await append(10, 1);
    await fill();
    const news: News[] = [];
    const feed = open({ silenceMs: never });
    const following = feed.follow(recorder(), { onNews: (one) => news.push(one), pollMs: never });
    await eventually(() => expect(following.lastError).toMatchObject({ name: 'ForeignTopic', message: expect.stringMatching(why) }), { within }); // prettier-ignore
    expect([following.state, following.position(), feed.state().lastError?.name]).toEqual([
      'failing',
      0n,
      'ForeignTopic',
    ]);
    expect(news[0]).toMatchObject({ is: 'retrying', error: { name: 'ForeignTopic' } });
  });
});
