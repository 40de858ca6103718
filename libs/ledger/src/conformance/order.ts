import { expect } from '@jest/globals';
import { LedgerBusy } from '../errors.ts';
import { crashUnderLoad, tailUnderWriters } from './drills.ts';
import { appendOne, type Case, command, event, events, everything, expectWhole, stored } from './world.ts';

const clean = { lost: 0, doubled: 0, holes: 0 };

export const order: Case[] = [
  {
    number: 8,
    title: 'leaves no hole after conflicts, refusals and broken connections',
    run: async ({ ledger, another, tenant, fault }) => {
      const after = await ledger.head();
      const other = await another();
      const attempts = Array.from({ length: 60 }, (_, at) =>
        Promise.allSettled([
          appendOne(
            at % 2 ? ledger : other,
            command(tenant, `s${at % 5}`, { expected: at % 3 ? 'any' : at, events: events(3) }),
          ),
          at % 20 === 10 ? fault('breakConnections')() : undefined,
        ]),
      );
      await Promise.all(attempts);
      await appendOne(ledger, command(tenant, 'last'));
      expectWhole(ledger, after, await everything(ledger, after));
    },
  },
  {
    number: 10,
    title: 'refuses to append inside a transaction that could read an older head',
    run: async ({ ledger, fault }) => {
      const head = await ledger.head();
      await expect(fault('appendInside')('repeatable read')).rejects.toThrow(/read committed/);
      await expect(fault('appendInside')('serializable')).rejects.toThrow(/read committed/);
      expect(await ledger.head()).toBe(head);
    },
  },
  {
    number: 11,
    title: 'lets others go on, without a hole, where one waits too long for the lock or works too long under it',
    run: async ({ ledger, tenant, fault }) => {
      const after = await ledger.head();
      const impatient = await fault('impatient')({ lock: 100 });
      const release = await fault('holdAppends')();
      const patient = appendOne(ledger, command(tenant, 's'));
      await expect(appendOne(impatient, command(tenant, 's'))).rejects.toThrow(LedgerBusy);
      await release();
      expect(stored(await patient).versions).toEqual([1]);
      const hasty = await fault('impatient')({ statement: 100 });
      const heavy = command(tenant, 's', { events: [event({ data: JSON.stringify('x'.repeat(50_000_000)) })] });
      await expect(appendOne(hasty, heavy)).rejects.toThrow(LedgerBusy);
      expect(stored(await appendOne(impatient, command(tenant, 's'))).versions).toEqual([2]);
      expectWhole(ledger, after, await everything(ledger, after));
    },
  },
  {
    number: 20,
    title: 'shows a tailing reader every event once and in order while sixteen writers append',
    run: async ({ ledger, another, tenant, scale }) => {
      const ledgers = [ledger, await another(), await another()];
      const toll = await tailUnderWriters(ledgers, { tenant, writers: 16, events: 30_000 * scale });
      expect(toll).toMatchObject(clean);
      expect(toll.stored).toBe(toll.acked);
      expect(toll.acked).toBeGreaterThanOrEqual(30_000 * scale);
    },
  },
  {
    number: 21,
    title: 'refuses an append behind a business write in one transaction',
    run: async ({ ledger, fault }) => {
      const head = await ledger.head();
      await expect(fault('appendInside')('a business write')).rejects.toThrow(/transaction of its own/);
      expect(await ledger.head()).toBe(head);
    },
  },
  {
    number: 22,
    title: 'lets readers keep up while transactions are left open and prepared ones are forgotten',
    run: async ({ ledger, another, tenant, fault }) => {
      const release = await fault('forgetTransactions')();
      try {
        const after = await ledger.head();
        const { positions } = stored(await appendOne(await another(), command(tenant, 's')));
        expect(positions).toEqual([after + 1n]);
        expect((await ledger.tail(after)).map(({ position }) => position)).toEqual(positions);
      } finally {
        await release();
      }
    },
  },
  {
    number: 23,
    title: 'lets readers and appends go on beside a long snapshot, which sees nothing of them',
    run: async ({ ledger, tenant, fault }) => {
      await appendOne(ledger, command(tenant, 's'));
      const snapshot = await fault('holdSnapshot')();
      try {
        const before = await snapshot.count();
        const { positions } = stored(await appendOne(ledger, command(tenant, 's', { events: events(500) })));
        expect(await ledger.tail(positions[0]! - 1n)).toHaveLength(500);
        expect(await snapshot.count()).toBe(before);
      } finally {
        await snapshot.release();
      }
    },
  },
  {
    number: 33,
    title: 'has stored what it acknowledged, once and without holes, however often the power fails',
    run: async ({ ledger, another, tenant, scale, fault }) => {
      const ledgers = [ledger, await another()];
      const load = { tenant, writers: 8, crashes: Math.ceil(3 * scale), between: 500 };
      const toll = await crashUnderLoad(ledgers, fault('crash'), load);
      expect(toll).toMatchObject(clean);
      expect(toll.acked).toBeGreaterThanOrEqual(500 * (load.crashes + 1));
    },
  },
];
