import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Ledger, memoryLedger, memoryStore, type StoredEvent } from '@throughline/ledger';
import { eventually } from '@throughline/testing';
import { emptyStore, memoryDesk, memoryRecorder, type Store } from '../test/memory.ts';
import { BeyondLedger, GivenUpFuture, wholeLedger } from './consumer.ts';
import { ledgerFeed } from './feed.ts';
import { follow, type Following, type FollowOptions } from './follow.ts';
import type { News } from './report.ts';

let ledger: Ledger;
let store: Store;
const followings: Following[] = [];
beforeEach(() => {
  [ledger, store] = [memoryLedger(), emptyStore()];
});
afterEach(async () => {
  await Promise.all(followings.splice(0).map((following) => following.stop()));
  await ledger.close();
});

const recorder = (onEvent: () => void = () => {}) => memoryRecorder(store, 'spec.follow@1', onEvent);
const begin = (from: Pick<Ledger, 'tail' | 'watch'>, options: FollowOptions = {}, consumer = recorder()) => {
  const following = follow(from, consumer, options);
  followings.push(following);
  return following;
};
const append = async (count: number) => {
  const event = () => ({
    id: randomUUID(),
    type: 'SessionEnded',
    occurredAt: '2026-05-04T09:30:00Z',
    data: '{}',
    meta: '{}',
  });
  await ledger.append([{ tenant: 'acme', stream: 's', expected: 'any', events: Array.from({ length: count }, event) }]);
};
const watch = (wake: () => void) => ledger.watch(wake);
const tail: Ledger['tail'] = (after, options) => ledger.tail(after, options);
const upTo = (last: number) => Array.from({ length: last }, (_, at) => BigInt(at + 1));

describe('following a ledger', () => {
  it('waits while the ledger is away, says so, and goes on', async () => {
    await append(2);
    let away = 3;
    const flaky = { watch, tail: (...args: Parameters<Ledger['tail']>) => (away-- > 0 ? Promise.reject(new Error('away')) : ledger.tail(...args)) }; // prettier-ignore
    const news: News[] = [];
    const following = begin(flaky, { onNews: (one) => news.push(one) });
    expect(await following.waitFor(2n, 5_000)).toBe(true);
    expect(news).toMatchObject([1, 2, 3].map((attempt) => ({ is: 'retrying', attempt, error: { message: 'away' } })));
    expect([following.state, following.lastError, following.counts.retries]).toEqual(['running', undefined, 3]);
  });

  it('finds what it was not told of', async () => {
    const following = begin({ tail, watch: () => () => {} }, { pollMs: 10 });
    await eventually(() => expect(following.state).toBe('running'));
    await append(1);
    expect(await following.waitFor(1n, 5_000)).toBe(true);
  });

  it('does not wait for the poll where it is told', async () => {
    const following = begin(ledger, { pollMs: 3_600_000 });
    for (let at = 1n; at <= 20n; at += 1n) {
      await append(1);
      expect(await following.waitFor(at, 5_000)).toBe(true);
    }
  });

  it('goes back with its checkpoint, and misses nothing', async () => {
    await append(600);
    const following = begin(ledger, { pollMs: 10 });
    await following.waitFor(600n, 5_000);
    store.places.clear();
    store.trails.clear();
    await append(1);
    await eventually(() => expect(store.trails.get('s')).toEqual(upTo(601)));
    expect(store.places.get(wholeLedger)?.position).toBe(601n);
  });

  it('55 stays where it is before a ledger that ends earlier, and says so until it does not', async () => {
    await append(5);
    await begin(ledger).waitFor(5n, 5_000);
    const restored = memoryLedger();
    await Promise.all(followings.splice(0).map((following) => following.stop()));
    await ledger.close();
    ledger = restored;
    await append(3);
    const following = begin(ledger, { pollMs: 10 });
    await eventually(() => expect(following.lastError).toBeInstanceOf(BeyondLedger));
    expect(following.lastError?.message).toMatch(/come to 5, and the ledger ends at 3/);
    expect(store.places.get(wholeLedger)?.position).toBe(5n);
    store.places.clear();
    await eventually(() => expect([following.position(), following.state]).toEqual([3n, 'running']));
  });

  /** A ledger that is restored while who follows it lives on. */
  const restorable = (): Pick<Ledger, 'abilities' | 'tail' | 'watch' | 'head'> => ({
    abilities: ledger.abilities,
    watch,
    tail,
    head: () => ledger.head(),
  });
  /** To another one, with as many events as are of both. */
  const restore = async (kept: readonly StoredEvent[]) => {
    const log = [...kept];
    await ledger.close();
    ledger = memoryLedger({ store: { ...memoryStore(), log } });
  };

  it('55 stays where it is before a future that was given up, also once the ledger has gone further', async () => {
    await append(5);
    const following = begin(restorable(), { pollMs: 10 });
    await following.waitFor(5n, 5_000);
    await restore(await ledger.tail(0n, { limit: 3 }));
    await eventually(() => expect(following.lastError).toBeInstanceOf(BeyondLedger));
    await append(4);
    await eventually(() => expect(following.lastError).toBeInstanceOf(GivenUpFuture));
    expect(following.lastError?.message).toMatch(/come to 5, and the ledger has another event there/);
    expect(store.trails.get('s')).toEqual(upTo(5));
  });

  it('55 knows of the future that was given up though it was stopped while the ledger went past it', async () => {
    await append(5);
    const first = begin(restorable(), { pollMs: 10 });
    await first.waitFor(5n, 5_000);
    await first.stop();
    await restore(await ledger.tail(0n, { limit: 3 }));
    await append(4);
    const second = begin(restorable(), { pollMs: 10 });
    await eventually(() => expect(second.lastError).toBeInstanceOf(GivenUpFuture));
    expect([store.trails.get('s'), store.places.get(wholeLedger)?.position]).toEqual([upTo(5), 5n]);
    // By hand: from where both have the same.
    store.trails.set('s', upTo(3));
    store.places.set(wholeLedger, { ...store.places.get(wholeLedger)!, position: 3n });
    await eventually(() => expect([store.trails.get('s'), second.state]).toEqual([upTo(7), 'running']));
  });

  it('55 applies nothing of a future that was given up, where its checkpoint came back with the ledger', async () => {
    await append(3);
    const applied: string[] = [];
    const feed = ledgerFeed(restorable());
    const consumer = memoryRecorder(store, 'spec.follow@1', ({ id }) => void applied.push(id));
    const following = feed.follow(consumer, { pollMs: 10 });
    followings.push(following);
    await following.waitFor(3n, 5_000);
    const [place, trails] = [store.places.get(wholeLedger)!, new Map(store.trails)];
    const kept = await ledger.tail(0n);
    await append(2);
    await following.waitFor(5n, 5_000);
    await restore(kept);
    store.trails = trails;
    store.places.set(wholeLedger, place);
    await eventually(() => expect([following.position(), following.state]).toEqual([3n, 'running']));
    await append(4);
    expect(await following.waitFor(7n, 5_000)).toBe(true);
    expect(store.trails.get('s')).toEqual(upTo(7));
    expect(applied.slice(5)).toEqual((await ledger.tail(3n)).map(({ id }) => id));
  });

  it('does again what a crash took away of it, though nothing comes', async () => {
    await append(5);
    const following = begin(ledger, { pollMs: 10 });
    await following.waitFor(5n, 5_000);
    store.trails = new Map([['s', upTo(3)]]);
    store.places.set(wholeLedger, { position: 3n, turn: 9 });
    await eventually(() => expect(store.trails.get('s')).toEqual(upTo(5)));
    expect(store.places.get(wholeLedger)?.position).toBe(5n);
  });

  it('survives a listener that throws', async () => {
    await append(1);
    const cannot = recorder(() => {
      throw new Error('no');
    });
    const onNews = () => {
      throw new Error('neither');
    };
    expect(await begin(ledger, { onNews }, cannot).waitFor(1n, 5_000)).toBe(true);
  });

  it('survives a consumer that throws something else than an error, at once', async () => {
    await append(1);
    const wild = { ...recorder(), apply: () => { throw 'no'; } }; // prettier-ignore
    const following = begin(ledger, {}, wild);
    await eventually(() => expect(following.lastError).toMatchObject({ message: 'no' }));
  });

  it('stops between two parked events that return', async () => {
    await append(50);
    let broken = true;
    const fussy = recorder(() => {
      if (broken) throw new Error('no');
    });
    const following = begin(
      ledger,
      { pollMs: 10, onNews: ({ is }) => is === 'returned' && void following.stop() },
      fussy,
    );
    expect(await following.waitFor(50n, 5_000)).toBe(true);
    broken = false;
    await memoryDesk(store, 'acme').retry({ consumer: fussy.name, position: 1n });
    await eventually(() => expect(following.state).toBe('stopped'));
    expect(store.trails.get('s')).toEqual([1n]);
  });

  it('finishes the batch at hand before it stops', async () => {
    await append(1);
    const { promise: begun, resolve: beginBatch } = Promise.withResolvers<void>();
    const { promise: allowed, resolve: allow } = Promise.withResolvers<void>();
    const plain = recorder();
    const slow: typeof plain = { ...plain, apply: async (batch) => { beginBatch(); await allowed; await plain.apply(batch); } }; // prettier-ignore
    const following = begin(ledger, {}, slow);
    await begun;
    const stopped = following.stop();
    allow();
    await stopped;
    expect([following.position(), following.state]).toEqual([1n, 'stopped']);
    await append(1);
    expect(await following.waitFor(2n, 30)).toBe(false);
  });

  it('reads one page ahead of what is dealt with, and no more', async () => {
    await append(900);
    const { promise: never, resolve: release } = Promise.withResolvers<void>();
    let reads = 0;
    const counting = {
      watch,
      tail: (...args: Parameters<Ledger['tail']>) => (reads++, ledger.tail(...args)),
    };
    const plain = recorder();
    const { promise: begun, resolve: beginBatch } = Promise.withResolvers<void>();
    begin(counting, { limit: 100 }, { ...plain, apply: async (batch) => { beginBatch(); await never; await plain.apply(batch); } }); // prettier-ignore
    await begun;
    await append(100);
    expect(reads).toBe(2);
    release();
  });
});
