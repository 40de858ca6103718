import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Command } from '../ledger.ts';
import { InvalidCommand } from '../ledger.ts';
import { appendOne, type Case, command, event, events, everything, expectWhole, micros, stored } from './world.ts';

/** Each must come back byte for byte. */
const payloads = [
  '1',
  '""',
  'null',
  '{"nul":"\\u0000"}',
  '{"twice":1,"twice":2}',
  '{"z":1,"a":2, "m" :\t3}\n',
  '{"n":12345678901234567890,"e":1e400,"z":-0.0,"d":1.10}',
  '{"separators":"\u2028\u2029","escaped":"\\u001e\\u001f"}',
  '{"emoji":"👩‍👩‍👧 🇺🇦","rtl":"שלום عليكم","combining":"e\u0301 é","bom":"\ufeff"}',
  '{"lone":"\\ud800 and \\udfff"}',
  '{"slash":"\\/ \\\\ \\"","c1":"\u0085\u009f","del":"\u007f"}',
  `"${'\\u00e9'.repeat(3_000)}"`,
  '['.repeat(900) + ']'.repeat(900),
  JSON.stringify({ brackets: '[{'.repeat(5_000) }),
  JSON.stringify({ long: 'ü'.repeat(4_000_000) }),
];

const broken: [Partial<Command['events'][number]>, string][] = [
  [{ data: '{"raw":"\u0000"}' }, 'data'],
  [{ data: '{"raw":"\u001e"}' }, 'data'],
  [{ data: '"\ud800"' }, 'data'],
  [{ data: '' }, 'data'],
  [{ data: '{' }, 'data'],
  [{ data: '['.repeat(1_001) + ']'.repeat(1_001) }, 'data'],
  [{ data: `{"a":"\\"[","b":${'['.repeat(1_001)}${']'.repeat(1_001)}}` }, 'data'],
  [{ meta: 'undefined' }, 'meta'],
  [{ id: 'not-a-uuid' }, 'id'],
  [{ id: `${randomUUID()}\u001e` }, 'id'],
  [{ type: '' }, 'type'],
  [{ type: 'Note\u001eWritten' }, 'type'],
  [{ type: 'Note\nWritten' }, 'type'],
  [{ fingerprint: 'abc' }, 'fingerprint'],
  [{ occurredAt: '2026-02-29T00:00:00Z' }, 'occurredAt'],
  [{ occurredAt: '2026-01-01T00:00:60Z' }, 'occurredAt'],
  [{ occurredAt: '2026-01-01T00:00:00+02:00' }, 'occurredAt'],
  [{ occurredAt: 'now' }, 'occurredAt'],
];

const misnamed: [Partial<Command>, string][] = [
  [{ stream: '' }, 'stream'],
  [{ stream: 's\u001et' }, 'stream'],
  [{ stream: 's\u0000' }, 'stream'],
  [{ stream: 's\u0085' }, 'stream'],
  [{ stream: 's\ud800' }, 'stream'],
  [{ stream: 'é'.repeat(600) }, 'stream'],
  [{ tenant: 't\u001fu' }, 'tenant'],
  [{ tenant: '' }, 'tenant'],
  [{ expected: -1 }, 'expected'],
  [{ expected: 1.5 }, 'expected'],
  [{ expected: Number.NaN }, 'expected'],
  [{ sealedUnder: ['k\u001e'] }, 'sealedUnder'],
  [{ destroys: ['k\n'] }, 'destroys'],
  [{ destroys: ['k'], events: [] }, 'destroys'],
  [{ checkpoint: { consumer: 'c\u001e', from: 0n, to: 1n } }, 'checkpoint'],
  [{ checkpoint: { consumer: 'c', from: 2n, to: 1n } }, 'checkpoint'],
  [{ events: events(10_001) }, 'events'],
];

export const data: Case[] = [
  {
    number: 45,
    title: 'gives the same log up to a position and up to a moment, whatever came later',
    run: async ({ ledger, tenant }) => {
      for (const stream of ['a', 'b', 'c']) await appendOne(ledger, command(tenant, stream, { events: events(2) }));
      const before = await everything(ledger, 0n, tenant);
      const { position, recordedAt: moment } = before[3]!;
      await ledger.append([command(tenant, 'a'), command(tenant, 'd')]);
      const after = await everything(ledger, 0n, tenant);
      expect(after.slice(0, before.length)).toEqual(before);
      const upToPosition = after.filter((one) => one.position <= position);
      expect(upToPosition).toEqual(before.slice(0, 4));
      expect(after.filter(({ recordedAt }) => micros(recordedAt) <= micros(moment))).toEqual(upToPosition);
    },
  },
  {
    number: 47,
    title: 'keeps every byte of what is JSON',
    run: async ({ ledger, another, tenant }) => {
      const commands = payloads.map((text, at) => command(tenant, `s${at}`, { events: [event({ data: text, meta: text.length < 10_000 ? text : '{}' })] })); // prettier-ignore
      expect((await ledger.append(commands)).map(({ is }) => is)).toEqual(payloads.map(() => 'appended'));
      const log = await everything(await another(), 0n, tenant);
      expect(log.map((one) => one.data === payloads[Number(one.stream.slice(1))])).toEqual(payloads.map(() => true));
      for (const {
        events: [asked],
        stream,
      } of commands) {
        const [found] = await ledger.read(tenant, stream);
        const { fingerprint: _, ...kept } = asked!;
        expect({ ...found, data: found!.data === kept.data }).toEqual({ ...kept, data: true, tenant, stream, version: 1, position: found!.position, recordedAt: found!.recordedAt }); // prettier-ignore
      }
    },
  },
  {
    number: 47,
    title: 'keeps moments to the microsecond, names of any script, and ten thousand events in one command',
    run: async ({ ledger, tenant }) => {
      const moments = ['1970-01-01T00:00:00Z', '2026-05-04T09:30:00.1Z', '1999-12-31T23:59:59.999999Z', '2024-02-29T00:00:00.000001Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z']; // prettier-ignore
      const stream = 'größe/線/🧵 \' " \\ { } , %';
      await appendOne(ledger, command(tenant, stream, { events: moments.map((occurredAt) => event({ occurredAt })) }));
      expect((await ledger.read(tenant, stream)).map(({ occurredAt }) => occurredAt)).toEqual(moments);
      await appendOne(
        ledger,
        command(tenant, 'idle', { events: [event({ occurredAt: '2026-05-04T09:30:00.500000Z' })] }),
      );
      expect((await ledger.read(tenant, 'idle'))[0]!.occurredAt).toBe('2026-05-04T09:30:00.5Z');
      const large = command(tenant, 'large', { events: events(10_000) });
      expect(stored(await appendOne(ledger, large)).versions.at(-1)).toBe(10_000);
      const page = await ledger.read(tenant, 'large', { fromVersion: 9_000, limit: 500 });
      expect(page.map(({ id }) => id)).toEqual(large.events.slice(8_999, 9_499).map(({ id }) => id));
      expect(await appendOne(ledger, command(tenant, 'none', { events: [] }))).toEqual({
        is: 'appended',
        positions: [],
        versions: [],
      });
      expect(await appendOne(ledger, command(tenant, 'none', { events: [], expected: 1 }))).toEqual({ is: 'conflict', actual: 0 }); // prettier-ignore
    },
  },
  {
    number: 49,
    title: 'refuses at the edge what could not be stored, and stores nothing of the call',
    run: async ({ ledger, tenant }) => {
      const bad = [
        ...broken.map(([over, field]) => [command(tenant, 's', { events: [event(), event(over)] }), field] as const),
        ...misnamed.map(([over, field]) => [command(tenant, 's', over), field] as const),
      ];
      for (const [one, field] of bad) {
        for (const call of [[command(tenant, 's'), one], [one]]) {
          const error = await ledger.append(call).catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(InvalidCommand);
          expect(error).toMatchObject({ field });
        }
      }
      expect(await everything(ledger, 0n, tenant)).toEqual([]);
      await expect(ledger.read(tenant, 's\u0000')).rejects.toThrow(InvalidCommand);
    },
  },
  {
    number: 52,
    title: 'records later flushes at later moments, the clock stepping back',
    run: async ({ ledger, another, tenant, fault }) => {
      const after = await ledger.head();
      const other = await another();
      for (let round = 0; round < 30; round += 1) {
        await Promise.all([
          ledger.append([command(tenant, 's'), command(tenant, 't')]),
          appendOne(other, command(tenant, 'u')),
        ]);
        if (round === 10) await fault('clockBack')(3_600_000);
      }
      const log = await everything(ledger, after);
      expectWhole(ledger, after, log);
      const u = log.filter(({ stream }) => stream === 'u').map(({ recordedAt }) => micros(recordedAt));
      expect(new Set(u).size).toBe(30);
      expect(u).toEqual(u.toSorted((a, b) => (a < b ? -1 : 1)));
    },
  },
  {
    number: 56,
    title: 'refuses what is sealed under a destroyed key',
    run: async ({ ledger, another, tenant }) => {
      const under = (...keys: string[]) => command(tenant, 's', { sealedUnder: keys });
      const before = under('k1', 'k2');
      const conflicting = command(tenant, 'erasure', { destroys: ['k3'], expected: 4 });
      const erasing = command(tenant, 'erasure', { destroys: ['k1', 'k9'] });
      const outcomes = await ledger.append([before, conflicting, under('k3'), erasing, under('k2', 'k1'), under('k2')]);
      expect(outcomes.map(({ is }) => is)).toEqual([
        'appended',
        'conflict',
        'appended',
        'appended',
        'refused',
        'appended',
      ]);
      expect(outcomes[4]).toEqual({ is: 'refused', reason: 'KeyDestroyed', key: 'k1' });
      const other = await another();
      expect(await appendOne(other, under('k9'))).toEqual({ is: 'refused', reason: 'KeyDestroyed', key: 'k9' });
      expect((await appendOne(other, before)).is).toBe('duplicate');
      const theirs = { ...under('k1'), tenant: `${tenant} too` };
      expect((await other.append([under('k1'), theirs])).map(({ is }) => is)).toEqual(['refused', 'appended']);
      expect((await appendOne(other, command(tenant, 'erasure', { destroys: ['k1'] }))).is).toBe('appended');
      expect(await ledger.read(tenant, 's')).toHaveLength(3);
    },
  },
];
