import { expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { LedgerClosed } from '../errors.ts';
import { appendOne, type Case, command, events, everything, stored } from './world.ts';

/** What the port promises beside the numbered cases. */
export const port: Case[] = [
  {
    number: 0,
    title: "reads and tails one tenant's events only, where asked to",
    run: async ({ ledger, tenant }) => {
      const [one, two] = [`${tenant} one`, `${tenant} two`];
      const after = await ledger.head();
      await ledger.append([command(one, 's'), command(two, 's', { events: events(2) }), command(one, 's')]);
      expect((await ledger.read(one, 's')).map(({ version }) => version)).toEqual([1, 2]);
      expect((await ledger.read(two, 's')).map(({ version }) => version)).toEqual([1, 2]);
      expect((await ledger.tail(after)).map((it) => it.tenant)).toEqual([one, two, two, one]);
      expect((await ledger.tail(after, { tenant: one })).map((it) => it.tenant)).toEqual([one, one]);
      expect(await ledger.tail(after, { tenant: two, limit: 1 })).toHaveLength(1);
      expect(await ledger.read(`${tenant} three`, 's')).toEqual([]);
    },
  },
  {
    number: 0,
    title: 'pages a stream and the tail, and is empty at the head',
    run: async ({ ledger, tenant }) => {
      const { positions } = stored(await appendOne(ledger, command(tenant, 's', { events: events(7) })));
      expect((await ledger.read(tenant, 's', { fromVersion: 3, limit: 2 })).map(({ version }) => version)).toEqual([
        3, 4,
      ]);
      expect(await ledger.read(tenant, 's', { fromVersion: 8 })).toEqual([]);
      const after = positions[0]! - 1n;
      expect((await everything(ledger, after, undefined, 2)).map(({ position }) => position)).toEqual(positions);
      expect(await ledger.head()).toBe(positions.at(-1));
      expect(await ledger.tail(positions.at(-1)!)).toEqual([]);
      expect(await ledger.tail(positions.at(-1)! + 5n)).toEqual([]);
    },
  },
  {
    number: 0,
    title: 'knows in which fork an event was stored, and of none that there is not',
    run: async ({ ledger, tenant }) => {
      const { positions } = stored(await appendOne(ledger, command(tenant, 's', { events: events(3) })));
      const [first, ...more] = await Promise.all(positions.map((position) => ledger.forkAt(position)));
      expect(first).toMatchObject({ epoch: 1 });
      expect(more).toEqual([first, first]);
      expect(await ledger.forkAt(positions[2]! + 1n)).toBeUndefined();
      expect(await ledger.forkAt(0n)).toBeUndefined();
    },
  },
  {
    number: 0,
    title: "reads several of one tenant's streams at once, each from where it is wanted",
    run: async ({ ledger, tenant }) => {
      const [one, two] = [`${tenant} one`, `${tenant} two`];
      const three = (of: string, stream: string) => command(of, stream, { events: events(3) });
      await ledger.append([three(one, 'a'), three(two, 'a'), three(one, 'b')]);
      await ledger.append([command(one, 'a'), command(one, 'c')]);
      const wanted = [{ stream: 'b' }, { stream: 'none' }, { stream: 'a', fromVersion: 3 }, { stream: 'c', fromVersion: 2 }]; // prettier-ignore
      const found = await ledger.readAll(one, wanted);
      expect(found.map(({ stream, version }) => `${stream} ${version}`)).toEqual(['b 1', 'b 2', 'b 3', 'a 3', 'a 4']);
      expect(new Set(found.map((event) => event.tenant))).toEqual(new Set([one]));
      expect(found.slice(3)).toEqual(await ledger.read(one, 'a', { fromVersion: 3 }));
      expect(await ledger.readAll(one, [])).toEqual([]);
    },
  },
  {
    number: 0,
    title: 'wakes those who watch when this or another process appends, until they stop',
    run: async ({ ledger, another, tenant }) => {
      const other = await another();
      const heard = { one: 0, two: 0 };
      const stopOne = ledger.watch(() => void (heard.one += 1));
      const stopTwo = ledger.watch(() => void (heard.two += 1));
      await eventually(async () => {
        await appendOne(other, command(tenant, 's'));
        expect(heard.one).toBeGreaterThan(0);
      });
      stopOne();
      const { one, two } = heard;
      await eventually(async () => {
        await appendOne(ledger, command(tenant, 's'));
        expect(heard.two).toBeGreaterThan(two);
      });
      stopTwo();
      expect(heard.one).toBe(one);
    },
  },
  {
    number: 0,
    title: 'finishes what it accepted when it closes, and takes no more',
    run: async ({ another, ledger, tenant }) => {
      const closing = await another();
      const accepted = Array.from({ length: 50 }, () => appendOne(closing, command(tenant, 's')));
      await closing.close();
      expect((await Promise.all(accepted)).map(({ is }) => is)).toEqual(accepted.map(() => 'appended'));
      await expect(closing.append([command(tenant, 's')])).rejects.toThrow(LedgerClosed);
      expect(await ledger.read(tenant, 's')).toHaveLength(50);
    },
  },
];
