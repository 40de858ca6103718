import { expect } from '@jest/globals';
import type { Expected, Ledger, Outcome } from '../ledger.ts';
import { appendOne, type Case, command, event, events, everything, expectWhole, stored, type World } from './world.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

/** All at once, half of it from another process. */
const race = async (
  world: World,
  other: Ledger,
  count: number,
  of: (at: number) => ReturnType<typeof command>,
): Promise<Outcome[]> => Promise.all(upTo(count).map((at) => appendOne(at % 2 ? world.ledger : other, of(at))));

const expectOneWinner = (outcomes: readonly Outcome[], version: number) => {
  const winners = outcomes.filter(({ is }) => is === 'appended');
  expect(winners).toHaveLength(1);
  expect(stored(winners[0]).versions).toEqual([version]);
  expect(outcomes.filter(({ is }) => is !== 'appended')).toEqual(
    Array.from({ length: outcomes.length - 1 }, () => ({ is: 'conflict', actual: version })),
  );
};

export const appending: Case[] = [
  {
    number: 1,
    title: 'takes twenty parallel appends of any version to one stream',
    run: async (world) => {
      const outcomes = await race(world, await world.another(), 20, () => command(world.tenant, 'one'));
      expect(ascending(outcomes.flatMap((outcome) => stored(outcome).versions))).toEqual(upTo(20));
      const log = await world.ledger.read(world.tenant, 'one');
      expect(log.map(({ version }) => version)).toEqual(upTo(20));
      expectWhole(world.ledger, log[0]!.position - 1n, await everything(world.ledger, log[0]!.position - 1n));
    },
  },
  {
    number: 2,
    title: 'lets one of many win that expect the same version, from processes and within one flush',
    run: async (world) => {
      const other = await world.another();
      for (let version = 0; version < 20; version += 1) {
        const claim = () => command(world.tenant, 'contested', { expected: version });
        const outcomes =
          version % 2 ? await world.ledger.append(upTo(16).map(claim)) : await race(world, other, 16, claim);
        expectOneWinner(outcomes, version + 1);
      }
      expect(await world.ledger.read(world.tenant, 'contested')).toHaveLength(20);
    },
  },
  {
    number: 3,
    title: 'takes the first append to a new stream from many writers',
    run: async (world) => {
      const other = await world.another();
      for (const round of upTo(10)) {
        const any = await race(world, other, 8, () => command(world.tenant, `any ${round}`));
        expect(ascending(any.flatMap((outcome) => stored(outcome).versions))).toEqual(upTo(8));
        expectOneWinner(
          await race(world, other, 8, () => command(world.tenant, `none ${round}`, { expected: 'none' })),
          1,
        );
      }
    },
  },
  {
    number: 4,
    title: 'honours every expectation, and stores nothing where it does not hold',
    run: async ({ ledger, tenant }) => {
      const ask = (stream: string, expected: Expected) => appendOne(ledger, command(tenant, stream, { expected }));
      expect(await ask('empty', 'exists')).toEqual({ is: 'conflict', actual: 0 });
      expect(await ask('empty', 1)).toEqual({ is: 'conflict', actual: 0 });
      expect(await ledger.read(tenant, 'empty')).toEqual([]);
      expect(stored(await ask('s', 'none')).versions).toEqual([1]);
      expect(await ask('s', 'none')).toEqual({ is: 'conflict', actual: 1 });
      expect(await ask('s', 0)).toEqual({ is: 'conflict', actual: 1 });
      expect(stored(await ask('s', 'exists')).versions).toEqual([2]);
      expect(await ask('s', 1)).toEqual({ is: 'conflict', actual: 2 });
      expect(await ask('s', 3)).toEqual({ is: 'conflict', actual: 2 });
      expect(stored(await ask('s', 2)).versions).toEqual([3]);
      expect(stored(await ask('s', 'any')).versions).toEqual([4]);
      expect(stored(await ask('zero', 0)).versions).toEqual([1]);
      expect(await ledger.read(tenant, 's')).toHaveLength(4);
    },
  },
  {
    number: 6,
    title: 'stores all events of a command or none',
    run: async ({ ledger, tenant }) => {
      const three = command(tenant, 's', { expected: 1, events: events(3) });
      expect(await appendOne(ledger, three)).toEqual({ is: 'conflict', actual: 0 });
      expect(await everything(ledger, 0n, tenant)).toEqual([]);
      await appendOne(ledger, command(tenant, 's'));
      const { positions, versions } = stored(await appendOne(ledger, three));
      expect(versions).toEqual([2, 3, 4]);
      const log = await ledger.read(tenant, 's', { fromVersion: 2 });
      expect(log.map(({ id }) => id)).toEqual(three.events.map(({ id }) => id));
      expect(log.map(({ position }) => position)).toEqual(positions);
    },
  },
  {
    number: 7,
    title: 'fails one command of a flush and none of its neighbours',
    run: async ({ ledger, tenant }) => {
      const known = command(tenant, 'known');
      await appendOne(ledger, known);
      const reused = { ...known, events: [{ ...known.events[0]!, data: '"other"' }] };
      const conflicting = command(tenant, 'conflicting', { expected: 7 });
      const good = upTo(4).map((at) => command(tenant, `good ${at % 2}`));
      const outcomes = await ledger.append([good[0]!, conflicting, good[1]!, reused, good[2]!, known, good[3]!]);
      expect(outcomes.map(({ is }) => is)).toEqual(
        ['appended', 'conflict', 'appended', 'refused', 'appended', 'duplicate', 'appended'], // prettier-ignore
      );
      expect([0, 2, 4, 6].map((at) => stored(outcomes[at]).versions)).toEqual([[1], [1], [2], [2]]);
      const log = await everything(ledger, 0n, tenant);
      expect(log.map(({ id }) => id)).toEqual([known, ...good].map((one) => one.events[0]!.id));
      expect(outcomes.filter(({ is }) => is === 'appended').flatMap((one) => stored(one).positions)).toEqual(
        log.slice(1).map(({ position }) => position),
      );
    },
  },
  {
    number: 9,
    title: 'keeps the order of the caller over streams and within each',
    run: async ({ ledger, tenant }) => {
      const commands = upTo(300).map((at) => command(tenant, `s${(at * 7) % 5}`, { events: events(1 + (at % 3)) }));
      const half = commands.splice(150);
      await Promise.all([ledger.append(commands), ...half.map((one) => appendOne(ledger, one))]);
      const log = await everything(ledger, 0n, tenant);
      expect(log.map(({ id }) => id)).toEqual([...commands, ...half].flatMap((one) => one.events.map(({ id }) => id)));
      expectWhole(ledger, log[0]!.position - 1n, await everything(ledger, log[0]!.position - 1n));
    },
  },
  {
    number: 50,
    title: 'keeps the order of appends to one stream that nobody waited for',
    run: async ({ ledger, tenant }) => {
      const mixed = upTo(200).map((at) => command(tenant, 's', { expected: at % 3 ? at - 1 : 'any' }));
      const apart = upTo(200).map((at) => command(tenant, `t${at % 4}`));
      const outcomes = await Promise.all(
        mixed.flatMap((one, at) => [appendOne(ledger, one), appendOne(ledger, apart[at]!)]),
      );
      expect(outcomes.filter(({ is }) => is !== 'appended')).toEqual([]);
      const log = await ledger.read(tenant, 's');
      expect(log.map(({ id }) => id)).toEqual(mixed.map((one) => one.events[0]!.id));
      for (const rest of [0, 1, 2, 3]) {
        const line = await ledger.read(tenant, `t${rest}`);
        const asked = apart.filter(({ stream }) => stream === `t${rest}`);
        expect(line.map(({ id }) => id)).toEqual(asked.map((one) => one.events[0]!.id));
      }
    },
  },
  {
    number: 51,
    title: "moves a consumer's checkpoint together with its events or not at all",
    run: async (world) => {
      const { ledger, tenant } = world;
      const consumer = `consumer ${tenant}`;
      const move = (from: bigint, to: bigint, over = {}) =>
        command(tenant, 's', { checkpoint: { consumer, from, to }, ...over });
      expect(await ledger.checkpoint(consumer)).toBe(0n);
      const first = move(0n, 5n);
      expect(stored(await appendOne(ledger, first)).versions).toEqual([1]);
      expect(await ledger.checkpoint(consumer)).toBe(5n);
      expect(await appendOne(ledger, move(0n, 9n))).toEqual({ is: 'refused', reason: 'CheckpointMoved', position: 5n });
      expect(await appendOne(ledger, move(5n, 9n, { expected: 4 }))).toEqual({ is: 'conflict', actual: 1 });
      expect((await appendOne(ledger, first)).is).toBe('duplicate');
      expect(await ledger.checkpoint(consumer)).toBe(5n);
      expect(await appendOne(ledger, move(5n, 6n, { events: [] }))).toEqual({
        is: 'appended',
        positions: [],
        versions: [],
      });
      expect(await ledger.checkpoint(consumer)).toBe(6n);
      const other = await world.another();
      const rivals = await Promise.all([
        ledger.append([move(6n, 7n), move(6n, 8n, { stream: 't' }), move(6n, 8n, { events: [] })]),
        other.append([move(6n, 7n, { stream: 'u' })]),
      ]);
      expect(rivals.flat().filter(({ is }) => is === 'appended')).toHaveLength(1);
      expect(rivals.flat().filter((one) => one.is === 'refused' && one.reason === 'CheckpointMoved')).toHaveLength(3);
      const count = (await everything(ledger, 0n, tenant)).length;
      expect(count === 2 || (await ledger.checkpoint(consumer)) === 8n).toBe(true);
      expect(stored(await appendOne(ledger, command(tenant, 's', { events: [event()] }))).positions).toHaveLength(1);
    },
  },
];
