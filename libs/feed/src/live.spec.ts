import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Ledger, memoryLedger, memoryStore } from '@throughline/ledger';
import { liveEvents, livePositions, Restored } from './live.ts';
import { progress } from './progress.ts';

let over: AbortController;
beforeEach(() => {
  over = new AbortController();
});
afterEach(() => over.abort());

describe('live positions', () => {
  const moving = () => progress(over.signal);

  it('begin with the present one and go on with the next', async () => {
    const source = moving();
    source.move(3n);
    const positions = livePositions(source, over);
    expect(await positions.next()).toEqual({ value: 3n, done: false });
    const next = positions.next();
    source.move(4n);
    expect(await next).toEqual({ value: 4n, done: false });
  });

  it('give a slow reader the newest alone', async () => {
    const source = moving();
    const positions = livePositions(source, over);
    await positions.next();
    for (let at = 1n; at <= 1_000n; at += 1n) source.move(at);
    expect((await positions.next()).value).toBe(1_000n);
  });

  it('do not miss a move between two readings', async () => {
    const source = moving();
    const positions = livePositions(source, over);
    for (let at = 1n; at <= 100n; at += 1n) {
      source.move(at);
      expect((await positions.next()).value).toBe(at);
    }
  });

  it('end with the signal, and watch no longer', async () => {
    let watchers = 0;
    const positions = livePositions({ position: () => 1n, watch: () => (watchers++, () => void watchers--) }, over);
    await positions.next();
    const last = positions.next();
    over.abort();
    expect([await last, watchers]).toEqual([{ value: undefined, done: true }, 0]);
  });

  it('let go where the reader leaves', async () => {
    let watchers = 0;
    const source = { position: () => 1n, watch: () => (watchers++, () => void watchers--) };
    for await (const position of livePositions(source, over)) if (position === 1n) break;
    expect(watchers).toBe(0);
  });
});

describe('live events', () => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = memoryLedger();
  });
  afterEach(() => ledger.close());
  const append = async (count: number, tenant = 'acme') => {
    const event = () => ({
      id: randomUUID(),
      type: 'SessionEnded',
      occurredAt: '2026-05-04T09:30:00Z',
      data: '{}',
      meta: '{}',
    });
    await ledger.append([{ tenant, stream: 's', expected: 'any', events: Array.from({ length: count }, event) }]);
  };
  const watch = (wake: () => void) => ledger.watch(wake);
  const positionsOf = (page: void | readonly { position: bigint }[]) => (page ?? []).map(({ position }) => position);

  it('come in pages from a position on, then as they are appended', async () => {
    await append(5);
    const pages = liveEvents(ledger, { after: 1n, signal: over.signal, limit: 3 });
    expect(positionsOf((await pages.next()).value)).toEqual([2n, 3n, 4n]);
    expect(positionsOf((await pages.next()).value)).toEqual([5n]);
    const next = pages.next();
    await append(1);
    expect(positionsOf((await next).value)).toEqual([6n]);
  });

  it('are one tenant’s where asked', async () => {
    await append(1, 'globex');
    await append(1);
    const pages = liveEvents(ledger, { after: 0n, signal: over.signal, tenant: 'acme' });
    expect(positionsOf((await pages.next()).value)).toEqual([2n]);
  });

  it('are read no faster than the reader asks', async () => {
    await append(50);
    let reads = 0;
    const counting = {
      watch,
      tail: (...args: Parameters<Ledger['tail']>) => (reads++, ledger.tail(...args)),
    };
    const pages = liveEvents(counting, { after: 0n, signal: over.signal, limit: 10 });
    await pages.next();
    await append(50);
    await pages.next();
    expect(reads).toBe(2);
  });

  it('end with the signal while they wait', async () => {
    const pages = liveEvents(ledger, { after: 0n, signal: over.signal });
    const next = pages.next();
    over.abort();
    expect((await next).done).toBe(true);
  });

  it.each([
    ['as soon as the ledger ends before it', 0],
    ['also where it has gone past it since', 3],
  ])('55 end where what was read last is given up, %s', async (_, more) => {
    await append(3);
    let current = ledger;
    const failing = { ...ledger, tail: (...args: Parameters<Ledger['tail']>) => current.tail(...args) };
    const read = liveEvents(failing, { after: 1n, signal: over.signal, pollMs: 20, tenant: 'acme' });
    const begun = liveEvents(failing, { after: 3n, signal: over.signal, pollMs: 20, tenant: 'globex' });
    expect(positionsOf((await read.next()).value)).toEqual([2n, 3n]);
    const next = Promise.allSettled([read.next(), begun.next()]);
    const log = (await ledger.tail(0n, { limit: 2 })).slice();
    const restored = memoryLedger({ store: { ...memoryStore(), log } });
    const event = (nth: number) => ({ ...log[0]!, id: `00000000-0000-4000-8000-00000000000${nth}` });
    for (let nth = 0; nth < more; nth += 1)
      await restored.append([{ tenant: 'acme', stream: 'x', expected: 'any', events: [event(nth)] }]);
    current = restored;
    const ended = { status: 'rejected', reason: new Restored(3n) };
    expect(await next).toEqual([ended, ended]);
    await restored.close();
  });

  it('say what the ledger failed with', async () => {
    const broken = { watch, tail: () => Promise.reject(new Error('away')) };
    await expect(liveEvents(broken, { after: 0n, signal: over.signal }).next()).rejects.toThrow('away');
  });
});
