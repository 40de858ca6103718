import { describe, expect, it } from '@jest/globals';
import type { Position } from '@throughline/ledger';
import fc from 'fast-check';
import { eventAt } from '../../test/events.ts';
import { openWindow, type Placed, type Window } from './window.ts';

const fork = { epoch: 1, id: null };
const placed = (position: number, prev = position - 1): Placed => ({
  position: BigInt(position),
  ledgerPrev: BigInt(prev),
  fork,
  event: eventAt(position, 's'),
});
const ofFork = (id: string, epoch: number, position: number): Placed => ({
  ...placed(position),
  fork: { epoch, id },
  event: eventAt(position, `of ${id}`),
});
const stub = (position: number): Placed => ({ position: BigInt(position), ledgerPrev: BigInt(position - 1), fork });
const large = 64 * 1024 * 1024;
const from = (window: Window, after: number, limit = 1_000) => {
  const { events, next } = window.after(BigInt(after), limit);
  return [events.map(({ position }) => Number(position)), next];
};
/** Each at the offset that is its place in the list. */
const offer = (window: Window, partition: number, ...records: Placed[]) =>
  records.forEach((record, at) => window.offer(partition, BigInt(at), record));

describe('a window', () => {
  it('gives the order of the ledger back, from any position, as many as are wanted', () => {
    const window = openWindow(2, large);
    offer(window, 0, placed(1), placed(4), placed(5));
    offer(window, 1, placed(2), placed(3));
    expect(from(window, 0)).toEqual([[1, 2, 3, 4, 5], 'nothing']);
    expect(from(window, 3)).toEqual([[4, 5], 'nothing']);
    expect(from(window, 1, 2)).toEqual([[2, 3], 'gap']);
    expect(from(window, 5)).toEqual([[], 'nothing']);
  });

  it('stops before what is missing, and goes on once it is there', () => {
    const window = openWindow(2, large);
    offer(window, 0, placed(1), placed(4));
    offer(window, 1, placed(2));
    expect(from(window, 0)).toEqual([[1, 2], 'gap']);
    expect(from(window, 2)).toEqual([[], 'gap']);
    window.offer(1, 1n, placed(3));
    expect(from(window, 2)).toEqual([[3, 4], 'nothing']);
  });

  it('follows a ledger whose positions have holes', () => {
    const window = openWindow(2, large);
    offer(window, 0, placed(100, 0), placed(900, 250));
    offer(window, 1, placed(250, 100));
    expect(from(window, 0)).toEqual([[100, 250, 900], 'nothing']);
  });

  it('takes a record once that comes again, from whichever leader and in whichever order', () => {
    const window = openWindow(1, large);
    offer(window, 0, placed(1), placed(2), placed(3), placed(1), placed(3), placed(2), placed(4));
    expect(from(window, 0)).toEqual([[1, 2, 3, 4], 'nothing']);
  });

  it('says where an event has to be had from the ledger', () => {
    const window = openWindow(1, large);
    offer(window, 0, placed(1), stub(2), placed(3));
    expect(from(window, 0)).toEqual([[1], 'stub']);
    expect(from(window, 1)).toEqual([[], 'stub']);
    expect(from(window, 2)).toEqual([[3], 'nothing']);
  });

  it('knows nothing any more of what it let go of', () => {
    const window = openWindow(1, large);
    offer(window, 0, placed(1), placed(2), placed(3));
    window.trim(2n);
    expect(from(window, 1)).toEqual([[], 'gone']);
    expect(from(window, 2)).toEqual([[3], 'nothing']);
    window.offer(0, 3n, placed(2));
    expect(from(window, 1)).toEqual([[], 'gone']);
  });

  it('55 lets a future that was given up go for the one that took its place, whichever comes first', () => {
    const old = [7, 8, 9, 10, 11].map((position) => ofFork('1', 1, position));
    const real = [8, 9].map((position) => ofFork('2', 2, position));
    for (const order of [
      [...old, ...real],
      [old[0]!, ...real, ...old.slice(1)],
    ]) {
      const window = openWindow(1, large);
      offer(window, 0, ...order);
      expect(from(window, 7)).toEqual([[8, 9], 'nothing']);
      expect(window.after(6n, 9).events.map(({ stream }) => stream)).toEqual(['of 1', 'of 2', 'of 2']);
    }
  });

  it('55 takes of two restores of one dump the one that it sees later, before and after what is left of the other', () => {
    const window = openWindow(1, large);
    const before = [6, 7].map((position) => ofFork('1', 1, position));
    const first = [8, 9, 10, 11].map((position) => ofFork('first', 2, position));
    const second = [8, 9].map((position) => ofFork('second', 2, position));
    offer(window, 0, ...before, ...first.slice(0, 3), ...second, first[3]!);
    expect(from(window, 5)).toEqual([[6, 7, 8, 9], 'nothing']);
    expect(window.after(7n, 9).events.map(({ stream }) => stream)).toEqual(['of second', 'of second']);
  });

  it('takes what a relay that knew of no ids sent between two that do for events of the same fork', () => {
    const window = openWindow(1, large);
    const known = [7, 8, 9, 12, 13].map((position) => ofFork('it', 2, position));
    const unknown = [10, 11].map((position): Placed => ({ ...placed(position), fork: { epoch: 2, id: null } }));
    offer(window, 0, ...known.slice(0, 3), ...unknown, ...known.slice(3));
    expect(from(window, 6)).toEqual([[7, 8, 9, 10, 11, 12, 13], 'nothing']);
  });

  it('has nothing after it forgot, and takes what comes then', () => {
    const window = openWindow(1, large);
    offer(window, 0, placed(1), placed(2));
    window.forget();
    expect(from(window, 0)).toEqual([[], 'gone']);
    window.offer(0, 2n, placed(3));
    expect([from(window, 1), from(window, 2)]).toEqual([[[], 'gone'], [[3], 'nothing']]); // prettier-ignore
  });

  it('is not led in a circle by a record that leads backwards', () => {
    const window = openWindow(1, large);
    offer(window, 0, placed(1), placed(2), placed(2, 2), placed(1, 2));
    expect(from(window, 0)).toEqual([[1, 2], 'nothing']);
  });

  it('has the same room for each partition, and gets it back', () => {
    const window = openWindow(2, 4_000);
    offer(window, 0, placed(1), placed(3));
    expect([window.hasRoom(0), window.hasRoom(1)]).toEqual([false, true]);
    window.trim(1n);
    expect(window.hasRoom(0)).toBe(true);
  });

  it('tells the offset before which nothing is needed', () => {
    const window = openWindow(3, large);
    expect(window.done()).toEqual(new Map());
    offer(window, 0, placed(1), placed(3), placed(5));
    offer(window, 1, placed(2), placed(4));
    window.skip(2, 7n);
    window.skip(1, 9n);
    window.trim(3n);
    expect(window.done()).toEqual(new Map([[0, 2n], [1, 1n], [2, 8n]])); // prettier-ignore
    window.trim(9n);
    window.offer(1, 10n, placed(4));
    expect(window.done()).toEqual(new Map([[0, 3n], [1, 11n], [2, 8n]])); // prettier-ignore
  });
});

type Delivery = { readonly partition: number; readonly record: Placed };

/** What several leaders sent: each the whole ledger, in order within each partition, in any order over all of them. */
const anyDeliveries = fc
  .record({
    partitions: fc.array(fc.nat(3), { minLength: 1, maxLength: 40 }),
    lost: fc.uniqueArray(fc.nat(39), { maxLength: 3 }),
    order: fc.array(fc.nat(1_000), { minLength: 160, maxLength: 160 }),
    leaders: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ partitions, lost, order, leaders }) => {
    const all = partitions.map((partition, at) => ({ partition, record: placed(at + 1) }));
    const arriving = all.filter((_, at) => !lost.includes(at));
    const lines: Delivery[][] = Array.from({ length: leaders }, () => [0, 1, 2, 3].map((one) => arriving.filter(({ partition }) => partition === one))).flat(); // prettier-ignore
    const deliveries: Delivery[] = [];
    for (let at = 0; lines.some((line) => line.length > 0); at += 1) {
      const waiting = lines.filter((line) => line.length > 0);
      deliveries.push(waiting[order[at % order.length]! % waiting.length]!.shift()!);
    }
    return { deliveries, length: partitions.length, lost: lost.map((at) => at + 1).filter((at) => at <= partitions.length) }; // prettier-ignore
  });

describe('whatever comes in whichever order', () => {
  it('brings all that arrived, each once and in order, and stops at what did not', () => {
    fc.assert(
      fc.property(anyDeliveries, fc.integer({ min: 1, max: 9 }), ({ deliveries, length, lost }, limit) => {
        const window = openWindow(4, large);
        const seen: Position[] = [];
        let at = 0n;
        const take = () => {
          for (let { events } = window.after(at, limit); events.length > 0; { events } = window.after(at, limit)) {
            seen.push(...events.map(({ position }) => position));
            at = seen.at(-1)!;
            window.trim(at);
          }
        };
        deliveries.forEach(({ partition, record }, offset) => {
          window.offer(partition, BigInt(offset), record);
          take();
        });
        // What never comes is read from the ledger.
        for (const missing of lost.toSorted((a, b) => a - b)) {
          expect(at).toBe(BigInt(missing - 1));
          seen.push((at = BigInt(missing)));
          take();
        }
        expect(seen).toEqual(Array.from({ length }, (_, of) => BigInt(of + 1)));
      }),
      { numRuns: 500 },
    );
  });
});
