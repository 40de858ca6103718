import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client, Database } from '@throughline/postgres';
import { eventually } from '@throughline/testing';
import { feedDatabase } from '../../test/database.ts';
import { patience } from '../patience.ts';
import { type Lease, postgresLease, whileHeld } from './lease.ts';

let owner: Database;
let db: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ owner, db, drop } = await feedDatabase());
});
afterAll(() => drop());

let count = 0;
const freshName = () => `lease ${(count += 1)}`;
const hour = 3_600_000;
const leaseOf = (name: string, holder: string, forMs = hour, by: Client = db): Lease =>
  postgresLease(by, { name, holder, forMs });
/** As if its time were over. */
const runOut = (name: string) =>
  owner.query(`update feed.lease set until = clock_timestamp() - interval '1 s' where name = $1`, [name]);

describe('a lease', () => {
  it('is one holder’s until its time is over; then its term grows', async () => {
    const name = freshName();
    const [ann, bob] = [leaseOf(name, 'ann'), leaseOf(name, 'bob')];
    expect([await ann.take(), await bob.take(), await ann.take()]).toEqual([1, undefined, 1]);
    await runOut(name);
    expect([await bob.take(), await ann.take(), await bob.take()]).toEqual([2, undefined, 2]);
    await runOut(name);
    expect([await ann.take(), await bob.take()]).toEqual([3, undefined]);
  });

  it('keeps its term where nobody had it in between', async () => {
    const name = freshName();
    const ann = leaseOf(name, 'ann');
    expect(await ann.take()).toBe(1);
    await runOut(name);
    expect(await ann.take()).toBe(1);
  });

  it('is free at once where it was given up, by its holder alone', async () => {
    const name = freshName();
    const [ann, bob] = [leaseOf(name, 'ann'), leaseOf(name, 'bob')];
    await ann.take();
    await bob.release();
    expect(await bob.take()).toBeUndefined();
    await ann.release();
    expect(await bob.take()).toBe(2);
  });

  it('is one’s where many ask at once', async () => {
    const name = freshName();
    await leaseOf(name, 'before').take();
    await runOut(name);
    const asked = Array.from({ length: 8 }, (_, n) => leaseOf(name, `holder ${n}`).take());
    expect((await Promise.all(asked)).filter(Boolean)).toEqual([2]);
  });

  it('is another’s than that of another name', async () => {
    expect([await leaseOf(freshName(), 'ann').take(), await leaseOf(freshName(), 'bob').take()]).toEqual([1, 1]);
  });
});

describe('work under a lease', () => {
  const worker = (lease: Lease) => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const terms: number[] = [];
    let working = 0;
    const patiently = patience(signal, { failed: () => {}, worked: () => {} });
    const ended = whileHeld(lease, { signal, patiently }, async (term, lost) => {
      terms.push(term);
      working += 1;
      const { promise, resolve } = Promise.withResolvers<void>();
      for (const over of [lost, signal]) over.addEventListener('abort', () => resolve());
      await promise;
      working -= 1;
    }).catch(() => {});
    const stop = () => {
      stopping.abort();
      return ended;
    };
    return { terms, working: () => working, stop };
  };

  it('goes on for longer than the lease was taken for', async () => {
    const name = freshName();
    const work = worker(leaseOf(name, 'ann', 300));
    const renewals = async () => (await owner.query<{ until: string }>('select until from feed.lease where name = $1', [name])).rows[0]?.until; // prettier-ignore
    const seen = new Set<string | undefined>();
    await eventually(async () => expect(seen.add(await renewals()).size).toBeGreaterThan(5));
    expect(new Set(work.terms)).toEqual(new Set([1]));
    await work.stop();
  });

  it('is handed over at once by who ends', async () => {
    const name = freshName();
    const [first, second] = [worker(leaseOf(name, 'ann', 3_000)), worker(leaseOf(name, 'bob', 3_000))];
    await eventually(() => expect(first.working() + second.working()).toBe(1));
    const [leader, other] = first.working() === 1 ? [first, second] : [second, first];
    await leader.stop();
    await eventually(() => expect(other.working()).toBe(1));
    await other.stop();
    expect(other.terms).toEqual([2]);
  });

  it('ends where the lease cannot be renewed in time, and begins again once it can', async () => {
    let cut = false;
    const query: Client['query'] = (...all) => (cut ? Promise.reject(new Error('Connection terminated')) : db.query(...all)); // prettier-ignore
    const name = freshName();
    const work = worker(leaseOf(name, 'ann', 300, { query }));
    await eventually(() => expect(work.working()).toBe(1));
    cut = true;
    await eventually(() => expect(work.working()).toBe(0));
    await runOut(name);
    const other = leaseOf(name, 'bob', 100);
    expect(await other.take()).toBe(2);
    cut = false;
    await eventually(() => expect(work.terms).toContain(3));
    await work.stop();
  });

  it('ends where somebody else has the lease', async () => {
    const name = freshName();
    const work = worker(leaseOf(name, 'ann', 300));
    await eventually(() => expect(work.working()).toBe(1));
    await owner.query(`update feed.lease set holder = 'bob', term = 9, until = 'infinity' where name = $1`, [name]);
    await eventually(() => expect(work.working()).toBe(0));
    await work.stop();
  });
});
