import { describe, expect, it } from '@jest/globals';
import type { Position, StoredEvent } from '@throughline/ledger';
import fc from 'fast-check';
import { emptyStore, memoryDesk, memoryRecorder, type Store } from '../test/memory.ts';
import { eventAt } from '../test/events.ts';
import { wholeLedger } from './consumer.ts';
import { lane, type Lane } from './lane.ts';
import { patience } from './patience.ts';

const name = 'spec.lane@1';
const quiet = { affirm: async () => {}, committed: () => {}, moved: () => {}, refused: () => {} };
const impatient = { failed: () => {}, worked: () => {} };

const laneOn = (store: Store, onEvent: (event: StoredEvent) => void, attempts: number[] = []): Lane => {
  const recorder = memoryRecorder(store, name, onEvent);
  const counted = { ...recorder, apply: (batch: Parameters<typeof recorder.apply>[0]) => (attempts.push(batch.events.length), recorder.apply(batch)) }; // prettier-ignore
  return lane({
    consumer: counted,
    partition: wholeLedger,
    patiently: patience(new AbortController().signal, impatient),
    ...quiet,
  });
};

describe('a lane', () => {
  it.each([0, 1, 999, 1_000, 1_337, 1_998, 1_999])(
    '39 finds number %i of 2000 in 11 tries, and tries it once alone',
    async (at) => {
      const events = Array.from({ length: 2_000 }, (_, index) => eventAt(index + 1, `s${index}`));
      const store = emptyStore();
      const attempts: number[] = [];
      const one = laneOn(store, ({ position }) => { if (position === BigInt(at + 1)) throw new Error('no'); }, attempts); // prettier-ignore
      await one.resume();
      await one.take({ after: 0n, to: 2_000n, events });
      expect(store.parked.map(({ position }) => position)).toEqual([BigInt(at + 1)]);
      expect(one.position()).toBe(2_000n);
      // The whole, the search, the event alone, the rest.
      expect(attempts.length).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(2_000)) + 1 + 1);
    },
  );

  it('leaves a stretch alone that begins after its position', async () => {
    const store = emptyStore();
    const one = laneOn(store, () => {});
    await one.resume();
    await one.take({ after: 5n, to: 6n, events: [eventAt(6, 's')] });
    expect([one.position(), store.trails.size]).toEqual([0n, 0]);
  });

  it('takes the rest of a stretch that begins before its position', async () => {
    const store = emptyStore();
    const one = laneOn(store, () => {});
    await one.resume();
    const events = [1, 2, 3].map((at) => eventAt(at, 's'));
    await one.take({ after: 0n, to: 2n, events: events.slice(0, 2) });
    await one.take({ after: 0n, to: 3n, events });
    expect(store.trails.get('s')).toEqual([1n, 2n, 3n]);
  });

  it('is not led astray by a consumer that blames an event of another batch', async () => {
    const store = emptyStore();
    const { Poison } = await import('./consumer.ts');
    const one = laneOn(store, ({ position }) => { if (position === 2n) throw new Poison(77n, new Error('no')); }); // prettier-ignore
    await one.resume();
    await one.take({ after: 0n, to: 3n, events: [1, 2, 3].map((at) => eventAt(at, `s${at}`)) });
    expect(store.parked.map(({ position }) => position)).toEqual([2n]);
  });
});

type Step =
  | { readonly is: 'feed'; readonly by: number; readonly count: number }
  | { readonly is: 'restart'; readonly by: number }
  | { readonly is: 'retry' | 'drop'; readonly which: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ is: fc.constant('feed' as const), by: fc.nat(2), count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ is: fc.constant('restart' as const), by: fc.nat(2) }),
  fc.record({ is: fc.constantFrom('retry' as const, 'drop' as const), which: fc.nat(5) }),
);

describe('whatever happens', () => {
  it('applies every event of a stream once, in order, and none that was given up', async () => {
    const many = fc.array(anyStep, { minLength: 10, maxLength: 40 });
    const broken = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(many, broken, fc.boolean(), async (steps, positions, together) => {
        await play(steps, new Set(positions.map(BigInt)), together);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

/** Three processes feed one consumer; at the end everything can be applied and is tried again. */
async function play(steps: readonly Step[], broken: Set<Position>, together: boolean): Promise<void> {
  const events = Array.from({ length: 40 }, (_, at) => eventAt(at + 1, `s${at % 4}`));
  const store = emptyStore();
  const desk = memoryDesk(store, 'acme');
  const dropped = new Set<Position>();
  const start = () =>
    laneOn(store, ({ position }) => {
      if (broken.has(position)) throw new Error(`no ${position}`);
    });
  const lanes = [start(), start(), start()];
  await Promise.all(lanes.map((one) => one.resume()));

  const step = async (next: Step): Promise<void> => {
    switch (next.is) {
      case 'feed': {
        const one = lanes[next.by]!;
        const after = one.position();
        const page = events.slice(Number(after), Number(after) + next.count);
        await one.retryWanted();
        if (page.length > 0) await one.take({ after, to: page.at(-1)!.position, events: page });
        return;
      }
      case 'restart':
        lanes[next.by] = start();
        return lanes[next.by]!.resume();
      case 'retry':
      case 'drop': {
        const kept = (await desk.list())[next.which];
        if (!kept) return;
        if (next.is === 'retry') await desk.retry(kept);
        else if (await desk.drop(kept, 'so', 'ann')) dropped.add(kept.position);
      }
    }
  };

  // A process does one thing after the other; people at the desk are one more.
  const workers = Map.groupBy(steps, (next) => (!together ? 'all' : 'by' in next ? next.by : 'desk'));
  await Promise.all(
    [...workers.values()].map(async (own) => {
      for (const next of own) await step(next);
    }),
  );

  broken.clear();
  for (let round = 0; round < 9; round += 1) {
    for (const kept of await desk.list()) await desk.retry(kept);
    await step({ is: 'feed', by: round % 3, count: 40 });
  }
  const expected = (stream: number) =>
    events.filter((_, at) => at % 4 === stream).map(({ position }) => position).filter((position) => !dropped.has(position)); // prettier-ignore
  expect([0, 1, 2, 3].map((stream) => store.trails.get(`s${stream}`) ?? [])).toEqual([0, 1, 2, 3].map(expected));
  expect(await desk.count()).toBe(0);
}
