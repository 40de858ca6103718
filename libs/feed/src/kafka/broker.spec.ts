/** The feed on a real broker. What may happen to single records is in `feed.spec.ts`, where it can be made to happen. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { type Ledger, memoryLedger } from '@throughline/ledger';
import { describeUnless, eventually, kafkaCluster, kafkaOrWhyNot } from '@throughline/testing';
import { ending } from '../../test/ending.ts';
import { appendTo } from '../../test/events.ts';
import { emptyStore, memoryDesk, memoryRecorder, type Store } from '../../test/memory.ts';
import { asStub, type Fate, sure, testRelay } from '../../test/relay.ts';
import { feedConformance } from '../conformance.ts';
import { faultOf } from '../fault.ts';
import type { Feed } from '../feed.ts';
import { type KafkaDriver, kafkaDriver, kafkaFeed, type KafkaFeedOptions } from '../index.ts';

jest.setTimeout(180_000);

const { brokers, reason } = await kafkaOrWhyNot();
const partitions = 4;
const within = 60_000;

let driver: KafkaDriver;
beforeAll(() => {
  driver = kafkaDriver({ brokers, clientId: 'spec' });
});
afterAll(() => driver.close());

/** A topic of its own, and what brings a ledger into it. */
const newTopic = async (ledger: Ledger) => {
  const name = `spec-${randomUUID()}`;
  await driver.ensureTopic({ name, partitions, replicas: 1, config: {} });
  const sender = await driver.sender(name);
  const relayOf = (fate: Fate = sure) => testRelay(ledger, (records) => sender.send(records), { partitions, fate });
  return { place: { topic: name, group: `${name}.group` }, relayOf, close: () => sender.close() };
};

/** It has nothing that Kafka does not bring. */
const empty = (ledger: Ledger): Ledger => ({ ...ledger, tail: async () => [] });

feedConformance(
  'Kafka, a consumer in memory',
  async () => {
    const ledger = memoryLedger();
    const store = emptyStore();
    const topic = await newTopic(ledger);
    const { relay } = topic.relayOf();
    const append = appendTo(ledger);
    // After the world failed all is read anew, from the ledger.
    const alone = empty(ledger);
    let from = alone;
    const told = (error: unknown) => {
      if (faultOf(error) === 'world') from = ledger;
      return error;
    };
    const tail: Ledger['tail'] = (...what) => from.tail(...what);
    return {
      append: async (events) => {
        const positions = await append(events);
        await relay();
        return positions;
      },
      recorder: (onEvent) =>
        memoryRecorder(store, 'spec.recorder@1', (event) => {
          try {
            onEvent(event);
          } catch (error) {
            throw told(error);
          }
        }),
      feed: (consumer) => ending(kafkaFeed({ ledger: { ...ledger, tail }, driver, ...topic.place }), consumer, { pollMs: 20 }), // prettier-ignore
      desk: memoryDesk(store, 'acme'),
      close: async () => {
        await topic.close();
        await ledger.close();
      },
    };
  },
  { reason, within },
);

describeUnless(reason)('the feed on a real broker', () => {
  let ledger: Ledger;
  let store: Store;
  let topic: Awaited<ReturnType<typeof newTopic>>;
  const feeds: Feed[] = [];
  beforeEach(async () => {
    [ledger, store] = [memoryLedger(), emptyStore()];
    topic = await newTopic(ledger);
  });
  afterEach(async () => {
    await Promise.all(feeds.splice(0).map((feed) => feed.close()));
    await topic.close();
    await ledger.close();
  });

  const append = (count: number) =>
    appendTo(ledger)(Array.from({ length: count }, (_, at) => ({ stream: `s${at % 8}` })));
  const recorder = (onEvent: () => void = () => {}) => memoryRecorder(store, 'spec.kafka@1', onEvent);
  const open = (options: Partial<KafkaFeedOptions> = {}): Feed => {
    const feed = kafkaFeed({ ledger, driver, ...topic.place, ...options });
    feeds.push(feed);
    return feed;
  };
  const order = () => [...store.trails.values()].map((trail) => trail.toSorted((a, b) => Number(a - b)));
  /** Each stream in order, each event once. */
  const expectWhole = (count: number) => {
    expect([...store.trails.values()]).toEqual(order());
    expect(new Set([...store.trails.values()].flat()).size).toBe(count);
    expect([...store.trails.values()].flat()).toHaveLength(count);
  };

  it('brings ten thousand events in the order of the ledger, in little room', async () => {
    await append(10_000);
    await topic.relayOf().relay();
    const following = open({ ledger: empty(ledger), windowBytes: 1_000_000 }).follow(recorder());
    expect(await following.waitFor(10_000n, within)).toBe(true);
    expectWhole(10_000);
  });

  it('36 reads from the ledger what does not come: gaps, stubs, tombstones, rubbish', async () => {
    const fates: Fate[] = [
      () => [],
      asStub,
      (record) => [{ ...record, value: null }],
      (record) => [{ ...record, headers: {} }, record, record],
      (record) => [{ ...record, value: Buffer.from('rubbish'), headers: { position: '1' } }],
    ];
    await append(1_000);
    const fate: Fate = (record, event) => (event.position % 40n === 7n ? fates[Number(event.position / 40n) % fates.length]!(record, event) : [record]); // prettier-ignore
    await topic.relayOf(fate).relay();
    const following = open({ gapMs: 20, silenceMs: 20 }).follow(recorder(), { pollMs: 20 });
    expect(await following.waitFor(1_000n, within)).toBe(true);
    expectWhole(1_000);
  });

  it('37 hands the work on in the middle of everything: nothing is applied twice, and who waits sees it come', async () => {
    const { relay } = topic.relayOf();
    const [one, two] = [open(), open()];
    const followings = [one, two].map((feed) => feed.follow(recorder(), { pollMs: 20, limit: 50 }));
    await eventually(() => expect([one, two].map((feed) => feed.state().joined)).toEqual([true, true]), { within });
    const first = one.state().active ? 0 : 1;
    expect(followings.map((_, at) => [one, two][at]!.state().active)).toEqual([first === 0, first === 1]);
    for (let round = 0; round < 10; round += 1) {
      await append(200);
      await relay();
      if (round === 5) void [one, two][first]!.close();
    }
    expect(await followings[1 - first]!.waitFor(2_000n, within)).toBe(true);
    await eventually(() => expect([one, two][1 - first]!.state()).toMatchObject({ joined: true, active: true }), { within }); // prettier-ignore
    expectWhole(2_000);
  });

  it('goes on by the ledger while the broker is gone, and by the topic once it is back', async () => {
    const own = await kafkaCluster();
    const driver = kafkaDriver({ brokers: own.brokers, clientId: 'spec' });
    const place = { topic: 'spec', group: 'spec.group' };
    await driver.ensureTopic({ name: 'spec', partitions, replicas: 1, config: {} });
    const sender = await driver.sender('spec');
    const { relay } = testRelay(ledger, (records) => sender.send(records), { partitions });
    const feed = open({ driver, ...place, aloneMs: 100, silenceMs: 100 });
    const following = feed.follow(recorder(), { pollMs: 20 });
    await append(100);
    await relay();
    expect(await following.waitFor(100n, within)).toBe(true);
    await own.stop();
    await append(100);
    expect(await following.waitFor(200n, within)).toBe(true);
    await eventually(() => expect(feed.state()).toMatchObject({ joined: false, active: true, lastError: expect.any(Error) }), { within }); // prettier-ignore
    await append(100);
    expect(await following.waitFor(300n, within)).toBe(true);
    await own.start();
    await eventually(() => expect(feed.state()).toMatchObject({ joined: true, active: true }), { within });
    await append(100);
    await relay();
    expect(await following.waitFor(400n, within)).toBe(true);
    expectWhole(400);
    await feed.close();
    await driver.close();
    await own.drop();
  });

  it('goes on after a restart where the group was told, and asks the ledger for nothing', async () => {
    const { relay } = topic.relayOf();
    await append(500);
    await relay();
    const first = open();
    expect(await first.follow(recorder()).waitFor(500n, within)).toBe(true);
    await first.close();
    await append(500);
    await relay();
    let read = 0;
    const counting: KafkaDriver = {
      ...driver,
      read: (readings) =>
        driver.read({ ...readings, read: (at, records, high) => ((read += records.length), readings.read(at, records, high)) }), // prettier-ignore
    };
    const second = open({ driver: counting, ledger: empty(ledger) });
    expect(await second.follow(recorder()).waitFor(1_000n, within)).toBe(true);
    expect(read).toBe(500);
    expectWhole(1_000);
  });
});
