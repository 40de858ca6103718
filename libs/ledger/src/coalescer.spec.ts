import { describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { coalesce, type Coalescing } from './coalescer.ts';
import type { Claim } from './flush.ts';
import { LedgerBusy, LedgerClosed } from './errors.ts';

type Name = string;

const claimOf = (over: Partial<Claim> = {}): Claim => ({
  line: 's',
  alone: false,
  names: [],
  last: false,
  bytes: 1,
  ...over,
});
/** A lane whose flushes are noted and last until they are let go. */
const laneOf = (over: Partial<Coalescing<Name, Name>> = {}) => {
  const flushes: Name[][] = [];
  const lane = coalesce<Name, Name>({
    claim: (name) => claimOf({ line: name[0] }),
    flush: async (names) => {
      flushes.push([...names]);
      await new Promise((resolve) => void setImmediate(resolve));
      return names.map((name) => name.toUpperCase());
    },
    divisible: () => false,
    ...over,
  });
  return { flushes, lane };
};

const later = () => new Promise<void>((resolve) => void setImmediate(() => setImmediate(resolve)));
const upTo = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at));

/** A lane whose flushes do not come home before they are let go. */
const heldLane = () => {
  const flushes: Name[][] = [];
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  const flush = async (names: readonly Name[]) => {
    flushes.push([...names]);
    await promise;
    return names;
  };
  return { lane: laneOf({ flush }).lane, flushes, letGo };
};

const failing = (bad: readonly Name[], error: Error): Partial<Coalescing<Name, Name>> & { tried: Name[][] } => {
  const tried: Name[][] = [];
  return {
    tried,
    divisible: (thrown) => thrown === error,
    flush: async (names) => {
      tried.push([...names]);
      if (names.some((name) => bad.includes(name))) throw error;
      return names;
    },
  };
};

describe('a lane', () => {
  it('flushes callers of one moment together, and those who come meanwhile in the next', async () => {
    const { flushes, lane } = laneOf();
    const answers = [lane.submit(['a']), lane.submit(['b', 'c'])];
    await answers[0];
    answers.push(lane.submit(['d']), lane.submit(['e']));
    expect(await Promise.all(answers)).toEqual([['A'], ['B', 'C'], ['D'], ['E']]);
    expect(flushes).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  it('takes those whom it has just answered into one flush', async () => {
    const { flushes, lane } = laneOf();
    const caller = async (name: Name) => {
      for (let round = 0; round < 3; round += 1) await lane.submit([name + round]);
    };
    await Promise.all(['a', 'b', 'c'].map(caller));
    expect(flushes.map((names) => names.length)).toEqual([3, 3, 3]);
  });

  describe('for which many wait', () => {
    const names = upTo(20, (at) => (at < 10 ? 'a' : 'b') + at);
    const halves = [names.slice(0, 10), names.slice(10)];

    it.each([
      ['has two flushes on their way where nobody knows yet how quick they are', {}, [], halves],
      ['has two flushes on their way where they are quick', { quick: Infinity }, ['x'], halves],
      ['has one flush on its way where they are slow', { quick: Number.MIN_VALUE }, ['x'], [names]],
    ])('%s', async (_, limits, before, expected) => {
      const { flushes, lane } = laneOf({ limits });
      for (const name of before) await lane.submit([name]);
      const answers = Promise.all(names.map((name) => lane.submit([name])));
      await new Promise((resolve) => void setImmediate(resolve));
      expect(flushes.slice(before.length)).toEqual(expected);
      expect(await answers).toEqual(names.map((name) => [name.toUpperCase()]));
    });
  });

  it('sends nothing of a line while something of it is on its way', async () => {
    const { flushes, lane, letGo } = heldLane();
    const names = upTo(20, (at) => (at % 2 ? 'a' : 'b') + at);
    const answers = names.map((name) => lane.submit([name]));
    await later();
    expect(flushes).toEqual([names.slice(0, 10)]);
    letGo();
    await Promise.all(answers);
    expect(flushes).toEqual([names.slice(0, 10), names.slice(10)]);
  });

  it('sends one flush where two are not worth their while', async () => {
    const { flushes, lane, letGo } = heldLane();
    const answers = upTo(15, (at) => lane.submit([String.fromCharCode(97 + at)]));
    await later();
    expect(flushes).toHaveLength(1);
    letGo();
    await Promise.all(answers);
  });

  it('fails one bad command alone, in few tries', async () => {
    const error = new Error('bad');
    const { tried, ...options } = failing(['c'], error);
    const { lane } = laneOf(options);
    const names = Array.from({ length: 64 }, (_, at) => (at === 37 ? 'c' : `n${at}`));
    const answers = await Promise.allSettled(names.map((name) => lane.submit([name])));
    expect(answers.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))).toEqual([37]);
    expect(tried.length).toBeLessThanOrEqual(1 + 2 * 6);
    expect(tried.filter((names) => !names.includes('c')).flat()).toEqual(names.filter((name) => name !== 'c'));
  });

  it('fails a flush whole where no single command can be the cause', async () => {
    const { tried, ...options } = failing(['a'], new Error('gone'));
    const { lane } = laneOf({ ...options, divisible: () => false });
    const answers = await Promise.allSettled([lane.submit(['a']), lane.submit(['b'])]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(tried).toEqual([['a', 'b']]);
    expect(await lane.submit(['c'])).toEqual(['c']);
  });

  it('tells of a failure only when all commands of the call are settled', async () => {
    const error = new Error('bad');
    const { tried, ...options } = failing(['a1'], error);
    const { lane } = laneOf({ ...options, limits: { commands: 1 } });
    await expect(lane.submit(['a1', 'a2', 'b'])).rejects.toBe(error);
    expect(tried).toEqual([['a1'], ['a2'], ['b']]);
  });

  it('refuses more where enough waits, and takes a call of any size where less does', async () => {
    const { lane } = laneOf({ limits: { waiting: 3 } });
    const large = lane.submit(['a', 'b', 'c', 'd', 'e']);
    await expect(lane.submit(['f'])).rejects.toThrow(LedgerBusy);
    await large;
    expect(await lane.submit(['f'])).toEqual(['F']);
  });

  it('refuses more where what waits is heavy enough', async () => {
    const { lane } = laneOf({ limits: { waitingBytes: 1 } });
    const first = lane.submit(['a']);
    await expect(lane.submit(['b'])).rejects.toThrow(LedgerBusy);
    await first;
  });

  it('refuses more where what waits would wait too long, and takes it again once flushes come home', async () => {
    const { promise: home, resolve: letGo } = Promise.withResolvers<void>();
    const flush = (names: readonly Name[]) => home.then(() => names);
    const { lane } = laneOf({ flush, limits: { patience: 30 } });
    const taken: Promise<unknown>[] = [lane.submit(['a'])];
    await eventually(async () => {
      const asked = lane.submit(['b']).catch((error: unknown) => error);
      taken.push(asked);
      // What is taken does not come home here.
      expect(await Promise.race([asked, later()])).toBeInstanceOf(LedgerBusy);
    });
    letGo();
    await Promise.all(taken);
    expect(await lane.submit(['c'])).toEqual(['c']);
  });

  it('finishes what it took when it closes', async () => {
    const { flushes, lane } = laneOf({ limits: { commands: 1 } });
    const answers = [lane.submit(['a']), lane.submit(['b'])];
    await lane.close();
    expect(flushes).toEqual([['a'], ['b']]);
    expect(await Promise.all(answers)).toEqual([['A'], ['B']]);
    await expect(lane.submit(['c'])).rejects.toThrow(LedgerClosed);
  });

  it('answers nothing with nothing', async () => expect(await laneOf().lane.submit([])).toEqual([]));
});
