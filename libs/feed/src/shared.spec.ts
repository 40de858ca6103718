import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import { eventually } from '@throughline/testing';
import { sharedTail } from './shared.ts';

const eventAt = (at: number, length = 0) =>
  ({ position: BigInt(at), data: 'x'.repeat(length), meta: '' }) as StoredEvent;
const events = (from: number, to: number, length?: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => eventAt(from + at, length));

let stored: StoredEvent[];
/** From where it was read, and what was not answered yet. */
let reads: { after: Position; answer: () => void; fail: () => void }[];

const slow: Ledger['tail'] = async (after, { limit = 1_000 } = {}) => {
  // It shows what is there when it begins.
  const found = stored.filter(({ position }) => position > after).slice(0, limit);
  await new Promise<void>((answer, fail) => reads.push({ after, answer, fail: () => fail(new Error('away')) }));
  return found;
};
const quick: Ledger['tail'] = (after, options) => {
  const asked = slow(after, options);
  reads.at(-1)!.answer();
  return asked;
};
const positions = async (found: Promise<readonly StoredEvent[]>) => (await found).map(({ position }) => Number(position)); // prettier-ignore
const readFrom = () => reads.map(({ after }) => Number(after));

beforeEach(() => {
  [stored, reads] = [[], []];
});

describe('a tail that is shared', () => {
  it('is read once for all who come for the same, and for those who are a little behind', async () => {
    stored = events(1, 5);
    const { tail } = sharedTail(quick);
    for (const found of await Promise.all([0n, 0n, 0n].map((after) => positions(tail(after)))))
      expect(found).toEqual([1, 2, 3, 4, 5]);
    stored.push(...events(6, 7));
    expect(await positions(tail(5n))).toEqual([6, 7]);
    expect(await positions(tail(3n))).toEqual([4, 5, 6, 7]);
    expect(await positions(tail(4n, { limit: 2 }))).toEqual([5, 6]);
    expect(readFrom()).toEqual([0, 5]);
  });

  it('tells whoever comes while it is read all that was there by then', async () => {
    const { tail } = sharedTail(slow);
    const first = positions(tail(0n));
    stored.push(...events(1, 2));
    const [second, third] = [positions(tail(0n)), positions(tail(0n))];
    reads[0]!.answer();
    expect(await first).toEqual([]);
    reads[1]!.answer();
    expect(await Promise.all([second, third])).toEqual([[1, 2], [1, 2]]); // prettier-ignore
    expect(readFrom()).toEqual([0, 0]);
  });

  it('lets whoever waits behind a read that failed try again', async () => {
    stored = events(1, 1);
    const { tail } = sharedTail(slow);
    const [first, second] = [tail(0n), positions(tail(0n))];
    reads[0]!.fail();
    await expect(first).rejects.toThrow('away');
    reads[1]!.answer();
    expect(await second).toEqual([1]);
  });

  it('leaves nothing out for who is far behind, or far ahead', async () => {
    stored = events(1, 9);
    const { tail } = sharedTail(quick);
    expect(await positions(tail(6n))).toEqual([7, 8, 9]);
    expect(await positions(tail(2n, { limit: 3 }))).toEqual([3, 4, 5]);
    expect(await positions(tail(5n))).toEqual([6, 7, 8, 9]);
    stored.push(...events(10, 20));
    expect(await positions(tail(15n))).toEqual([16, 17, 18, 19, 20]);
    expect(await positions(tail(9n))).toEqual(Array.from({ length: 11 }, (_, at) => 10 + at));
    expect(readFrom()).toEqual([6, 2, 5, 15, 9]);
  });

  it('leaves nothing out where somebody else goes ahead meanwhile', async () => {
    const { tail } = sharedTail(slow);
    const waiting = positions(tail(0n));
    stored = events(1, 8);
    const ahead = positions(tail(5n));
    reads[1]!.answer();
    expect(await ahead).toEqual([6, 7, 8]);
    reads[0]!.answer();
    await eventually(() => expect(readFrom()).toEqual([0, 5, 0]));
    reads[2]!.answer();
    expect(await waiting).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('knows nothing any more of what it is told to forget, nor of what was asked for before', async () => {
    stored = events(1, 3);
    const { tail, forget } = sharedTail(slow);
    const first = positions(tail(0n));
    reads[0]!.answer();
    expect(await first).toEqual([1, 2, 3]);
    stored = events(1, 4);
    const late = positions(tail(3n));
    forget();
    stored = events(1, 2);
    reads[1]!.answer();
    await eventually(() => expect(readFrom()).toEqual([0, 3, 3]));
    reads[2]!.answer();
    expect(await late).toEqual([]);
    const restored = positions(tail(1n));
    reads[3]!.answer();
    expect(await restored).toEqual([2]);
  });

  it('keeps the last page, and not much more', async () => {
    const { tail } = sharedTail(quick);
    const large = 3 * 1024 * 1024;
    for (let at = 1; at <= 3; at += 1) {
      stored.push(eventAt(at, large));
      await tail(BigInt(at - 1));
    }
    expect(await positions(tail(2n))).toEqual([3]);
    expect(readFrom()).toEqual([0, 1, 2]);
    expect(await positions(tail(1n))).toEqual([2, 3]);
    expect(readFrom()).toEqual([0, 1, 2, 1]);
  });
});
