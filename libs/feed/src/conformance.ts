import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Position, StoredEvent } from '@throughline/ledger';
import { describeUnless, eventually } from '@throughline/testing';
import { CheckpointMoved, type Consumer, wholeLedger } from './consumer.ts';
import type { ParkedDesk } from './desk.ts';
import type { Following } from './follow.ts';

/** A consumer whose effect is to note, per stream, the positions of its events in the order in which it applied them. */
export type Recorder = Consumer & { trail(stream: string): Promise<readonly Position[]> };

/** What the suite drives. Everything in it is new, and belongs to tenant `acme`. */
export type FeedHarness = {
  /** Appends events to streams, in this order; `type` is one that the build knows unless given. Answers their positions. */
  append(events: readonly { stream: string; type?: string }[]): Promise<readonly Position[]>;
  /** The consumer as one more process sees it. `onEvent` hears of each event of a batch before the batch commits, and may throw. */
  recorder(onEvent: (event: StoredEvent) => void): Recorder;
  /** Starts to feed it; looks for wanted streams every 20 ms or so. */
  feed(consumer: Consumer): Following;
  readonly desk: ParkedDesk;
  close(): Promise<void>;
};

/** Why it cannot run here, if so; and how long to wait for what has to happen, in milliseconds. */
export type SuiteOptions = { readonly reason?: string; readonly within?: number };

const nothing = () => {};
const failure = (code: string) => Object.assign(new Error(`the server says ${code}`), { code });

/**
 * What every feed promises (conformance.md, cases 35 to 42): run it against each adapter. A case about the order of
 * delivery holds by nature where the feed reads by position.
 */
export const feedConformance = (
  name: string,
  make: () => Promise<FeedHarness>,
  { reason, within = 10_000 }: SuiteOptions = {},
): void => {
  describeUnless(reason)(`the feed: ${name}`, () => {
    let feed: FeedHarness;
    const followings: Following[] = [];
    beforeEach(async () => {
      feed = await make();
    });
    afterEach(async () => {
      await Promise.all(followings.splice(0).map((following) => following.stop()));
      await feed.close();
    });

    const begin = (consumer: Consumer): Following => {
      const following = feed.feed(consumer);
      followings.push(following);
      return following;
    };
    const streams = (count: number, of: number) =>
      Array.from({ length: count }, (_, at) => ({ stream: `s${at % of}` }));
    const reach = async (following: Following, position: Position) =>
      expect([await following.waitFor(position, within), following.lastError]).toEqual([true, undefined]);
    const trails = (recorder: Recorder, of: number) =>
      Promise.all(Array.from({ length: of }, (_, at) => recorder.trail(`s${at}`)));
    const expected = (positions: readonly Position[], of: number) =>
      Array.from({ length: of }, (_, at) => positions.filter((_, index) => index % of === at));

    it('35 applies a batch once that is delivered three times', async () => {
      const [position] = await feed.append([{ stream: 's0' }]);
      const events: StoredEvent[] = [];
      const recorder = feed.recorder((event) => void events.push(event));
      const first = begin(recorder);
      await reach(first, position!);
      await first.stop();
      const again = {
        partition: wholeLedger,
        after: 0n,
        to: position!,
        events: events.slice(0, 1),
        park: [],
        unpark: [],
      };
      await expect(recorder.apply(again)).rejects.toThrow(CheckpointMoved);
      await expect(recorder.apply(again)).rejects.toThrow(CheckpointMoved);
      expect(await recorder.trail('s0')).toEqual([position]);
    });

    it('36 brings every event of a stream, in order, while more are appended', async () => {
      const recorder = feed.recorder(nothing);
      const following = begin(recorder);
      const positions: Position[] = [];
      for (let round = 0; round < 20; round += 1) positions.push(...(await feed.append(streams(30, 3))));
      await reach(following, positions.at(-1)!);
      expect(await trails(recorder, 3)).toEqual(expected(positions, 3));
    });

    it('37 applies nothing twice where two processes feed one consumer', async () => {
      const [one, other] = [feed.recorder(nothing), feed.recorder(nothing)];
      const both = [begin(one), begin(other)];
      const positions: Position[] = [];
      for (let round = 0; round < 20; round += 1) positions.push(...(await feed.append(streams(30, 3))));
      for (const following of both) await reach(following, positions.at(-1)!);
      expect(await trails(one, 3)).toEqual(expected(positions, 3));
    });

    describe('with an event that cannot be applied', () => {
      let broken: Set<Position>;
      let tries: Map<Position, number>;
      const recorder = () =>
        feed.recorder(({ position }) => {
          tries.set(position, (tries.get(position) ?? 0) + 1);
          if (broken.has(position)) throw new TypeError(`no ${position}`);
        });
      beforeEach(() => {
        broken = new Set();
        tries = new Map();
      });
      const listed = async () => (await feed.desk.list()).map(({ position, error }) => [position, error]);

      it('38 parks its stream from there on, and others go on', async () => {
        const positions = await feed.append(streams(9, 3));
        broken.add(positions[3]!);
        const one = recorder();
        const following = begin(one);
        await reach(following, positions[8]!);
        expect(await trails(one, 3)).toEqual([[positions[0]], ...expected(positions, 3).slice(1)]);
        expect(await listed()).toEqual([
          [positions[3], `TypeError: no ${positions[3]}`],
          [positions[6], undefined],
        ]);
        expect(following.counts.parked).toBe(2);
      });

      it('38 goes on parking the stream after a restart', async () => {
        const before = await feed.append(streams(4, 2));
        broken.add(before[0]!);
        const first = begin(recorder());
        await reach(first, before[3]!);
        await first.stop();
        const [after] = await feed.append([{ stream: 's0' }]);
        await reach(begin(recorder()), after!);
        expect((await listed()).map(([position]) => position)).toEqual([before[0], before[2], after]);
      });

      it('38 shows a parked event with its bytes, and tries it again in vain', async () => {
        const positions = await feed.append(streams(4, 2));
        broken.add(positions[0]!);
        const one = recorder();
        await reach(begin(one), positions[3]!);
        const id = { consumer: one.name, position: positions[0]! };
        expect(await feed.desk.show(id)).toMatchObject({
          attempts: 1,
          event: { stream: 's0', data: expect.any(String) },
        });
        expect(await feed.desk.retry(id)).toBe(2);
        await eventually(async () => expect(await feed.desk.show(id)).toMatchObject({ attempts: 2 }));
        expect(await one.trail('s0')).toEqual([]);
      });

      it('38 drains the stream in order once it can be applied, and then it flows', async () => {
        const positions = await feed.append(streams(40, 2));
        broken.add(positions[6]!);
        const one = recorder();
        const following = begin(one);
        await reach(following, positions[39]!);
        broken.clear();
        await feed.desk.retry({ consumer: one.name, position: positions[20]! });
        await eventually(async () => expect(await feed.desk.count()).toBe(0), { within });
        const more = await feed.append(streams(2, 2));
        await reach(following, more[1]!);
        expect(await trails(one, 2)).toEqual(expected([...positions, ...more], 2));
        expect(await feed.desk.list()).toEqual([]);
      });

      it('38 gives an event up with a reason, and applies the rest of its stream', async () => {
        const positions = await feed.append(streams(6, 2));
        broken.add(positions[2]!);
        const one = recorder();
        await reach(begin(one), positions[5]!);
        const id = { consumer: one.name, position: positions[2]! };
        expect(await feed.desk.drop(id, 'not ours', 'ann')).toBe(true);
        expect(await feed.desk.drop(id, 'not ours', 'ann')).toBe(false);
        await eventually(async () => expect(await one.trail('s0')).toEqual([positions[0], positions[4]]), { within });
        expect(await feed.desk.count()).toBe(0);
      });

      it.each([0, 999, 1_000, 1_421, 1_999])('39 finds number %i of 2000 by halving', async (at) => {
        const positions = await feed.append(Array.from({ length: 2_000 }, (_, of) => ({ stream: `s${of}` })));
        broken.add(positions[at]!);
        const one = recorder();
        const applied: number[] = [];
        const watched: Consumer = {
          ...one,
          apply: (batch) => {
            applied.push(batch.events.length);
            return one.apply(batch);
          },
        };
        await reach(begin(watched), positions[1_999]!);
        expect(await listed()).toEqual([[positions[at], expect.any(String)]]);
        // The event itself was tried at most once per halving, and once more alone to be sure.
        expect(tries.get(positions[at]!)).toBeLessThanOrEqual(Math.ceil(Math.log2(Math.max(...applied))) + 2);
      });

      it('finds several in one batch', async () => {
        const positions = await feed.append(streams(60, 20));
        for (const at of [0, 1, 25, 59]) broken.add(positions[at]!);
        const one = recorder();
        await reach(begin(one), positions[59]!);
        const errors = (await listed()).filter(([, error]) => error).map(([position]) => position);
        expect(errors).toEqual([0, 1, 25, 59].map((at) => positions[at]));
        expect(await one.trail('s5')).toEqual([positions[5]]);
        expect(await one.trail('s2')).toEqual([2, 22, 42].map((at) => positions[at]));
      });
    });

    it.each(['40001', '40P01', '57P01', '57P03', '08006', '53300', '42P01', 'ECONNREFUSED', 'ECONNRESET'])(
      '40 tries again after %s and parks nothing',
      async (code) => {
        const positions = await feed.append(streams(6, 2));
        let left = 2;
        const recorder = feed.recorder(() => {
          if (left-- > 0) throw failure(code);
        });
        const following = begin(recorder);
        await reach(following, positions[5]!);
        expect(await trails(recorder, 2)).toEqual(expected(positions, 2));
        expect([following.counts.retries, await feed.desk.count()]).toEqual([2, 0]);
      },
    );

    it('40 says so while it fails, and stops when told to', async () => {
      await feed.append(streams(1, 1));
      const recorder = feed.recorder(() => {
        throw failure('57P03');
      });
      const following = begin(recorder);
      await eventually(() => expect(following).toMatchObject({ state: 'failing', lastError: { code: '57P03' } }));
      await following.stop();
      expect([following.state, following.position()]).toEqual(['stopped', 0n]);
    });

    it('41 parks an event of an unknown type, with the later ones of its stream', async () => {
      const positions = await feed.append([
        { stream: 's0', type: 'FromTheFuture' },
        { stream: 's1' },
        { stream: 's0' },
      ]);
      const recorder = feed.recorder(nothing);
      await reach(begin(recorder), positions[2]!);
      expect(await trails(recorder, 2)).toEqual([[], [positions[1]]]);
      expect((await feed.desk.list()).map(({ event, error }) => [event.type === 'FromTheFuture', error])).toEqual([
        [true, expect.stringContaining('UnknownEvent')],
        [false, undefined],
      ]);
    });

    describe('waiting for a position', () => {
      it('42 resolves once it is reached', async () => {
        const following = begin(feed.recorder(nothing));
        const waiting = following.waitFor(1n, within);
        await feed.append([{ stream: 's0' }]);
        expect(await waiting).toBe(true);
      });

      it('42 times out', async () => {
        const following = begin(feed.recorder(nothing));
        expect(await following.waitFor(1_000_000n, 20)).toBe(false);
      });

      it('42 ends with the feed', async () => {
        const following = begin(feed.recorder(nothing));
        const waiting = following.waitFor(1_000_000n, within);
        await following.stop();
        expect(await waiting).toBe(false);
      });

      it('42 knows after a restart what was reached before', async () => {
        const positions = await feed.append(streams(3, 1));
        const first = begin(feed.recorder(nothing));
        await reach(first, positions[2]!);
        await first.stop();
        await reach(begin(feed.recorder(nothing)), positions[2]!);
      });
    });

    it('goes on where it was, whenever it is stopped', async () => {
      const positions = await feed.append(streams(400, 4));
      const recorder = feed.recorder(nothing);
      for (const goal of [1n, 90n, 300n]) {
        const following = begin(recorder);
        await following.waitFor(positions[0]! + goal, within);
        await following.stop();
      }
      await reach(begin(recorder), positions[399]!);
      expect(await trails(recorder, 4)).toEqual(expected(positions, 4));
    });

    it('wakes who watches', async () => {
      const following = begin(feed.recorder(nothing));
      const woken = new Promise<void>((resolve) => following.watch(resolve));
      await feed.append([{ stream: `s-${randomUUID()}` }]);
      await woken;
    });
  });
};
