import { expect } from '@jest/globals';
import { LedgerUnavailable } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { appendOne, type Case, command, event, events, everything, stored } from './world.ts';

const count = async (ledger: Ledger, tenant: string): Promise<number> => (await everything(ledger, 0n, tenant)).length;

export const identity: Case[] = [
  {
    number: 12,
    title: 'answers a repeated command with the first positions and versions',
    run: async ({ ledger, another, tenant }) => {
      const [one, three] = [command(tenant, 'a'), command(tenant, 'b', { events: events(3) })];
      const first = (await ledger.append([one, three])).map(stored);
      await ledger.append([command(tenant, 'a'), command(tenant, 'b')]);
      const asDuplicates = first.map(({ positions, versions }) => ({ is: 'duplicate', positions, versions }));
      expect(await ledger.append([one, three])).toEqual(asDuplicates);
      expect(await (await another()).append([one, three])).toEqual(asDuplicates);
      const [x, , z] = three.events;
      expect(stored(await appendOne(ledger, { ...three, events: [z!, x!] })).versions).toEqual([3, 1]);
      const shouted = { ...one, events: [{ ...one.events[0]!, id: one.events[0]!.id.toUpperCase() }] };
      expect((await appendOne(ledger, shouted)).is).toBe('duplicate');
      expect(await count(ledger, tenant)).toBe(6);
    },
  },
  {
    number: 13,
    title: 'answers a repeated conditional command as a duplicate and not as a conflict',
    run: async ({ ledger, tenant }) => {
      const none = command(tenant, 's', { expected: 'none' });
      const exact = command(tenant, 's', { expected: 1 });
      await ledger.append([none, exact]);
      await appendOne(ledger, command(tenant, 's'));
      expect((await ledger.append([none, exact])).map((one) => [one.is, stored(one).versions])).toEqual([
        ['duplicate', [1]],
        ['duplicate', [2]],
      ]);
    },
  },
  {
    number: 14,
    title: 'stores an id once that stands in one batch twice',
    run: async ({ ledger, tenant }) => {
      const one = command(tenant, 's');
      const [first, second] = await ledger.append([one, one]);
      expect(second).toEqual({ ...first, is: 'duplicate' });
      const two = command(tenant, 's');
      const other = { ...two, events: [{ ...two.events[0]!, data: '"other"' }] };
      const [, reused] = await ledger.append([two, other]);
      expect(reused).toMatchObject({ is: 'refused', reason: 'IdReused', event: two.events[0]!.id });
      const same = event();
      const within = await appendOne(ledger, command(tenant, 's', { events: [event(), same, same] }));
      expect(within).toEqual({ is: 'refused', reason: 'PartlyKnown', event: same.id });
      expect(await count(ledger, tenant)).toBe(2);
    },
  },
  {
    number: 15,
    title: 'refuses a command whole of which some ids are known and some new',
    run: async ({ ledger, tenant }) => {
      const known = event();
      const first = stored(await appendOne(ledger, command(tenant, 's', { events: [known] })));
      for (const list of [
        [known, event()],
        [event(), known],
      ])
        // prettier-ignore
        expect(await appendOne(ledger, command(tenant, 's', { events: list }))).toEqual({
          is: 'refused',
          reason: 'PartlyKnown',
          event: known.id,
          position: first.positions[0],
        });
      expect(await count(ledger, tenant)).toBe(1);
    },
  },
  {
    number: 16,
    title: 'refuses a known id with other content, by its fingerprint',
    run: async ({ ledger, tenant }) => {
      const fingerprint = 'ab'.repeat(32);
      const [plain, sealed] = [event(), event({ fingerprint })];
      const outcomes = await ledger.append([
        command(tenant, 's', { events: [plain] }),
        command(tenant, 's', { events: [sealed] }),
      ]);
      const again = (over: Partial<typeof plain>) =>
        appendOne(ledger, command(tenant, 's', { events: [{ ...plain, ...over }] }));
      const refused = {
        is: 'refused',
        reason: 'IdReused',
        event: plain.id,
        position: stored(outcomes[0]).positions[0],
      };
      expect(await again({ data: '"other"' })).toEqual(refused);
      expect(await again({ data: `${plain.data} ` })).toEqual(refused);
      expect(await again({ type: 'TaskScheduled' })).toEqual(refused);
      expect((await again({ meta: '{}', occurredAt: '2027-01-01T00:00:00Z' })).is).toBe('duplicate');
      const resealed = command(tenant, 's', { events: [{ ...sealed, data: '"sealed anew"' }] });
      expect((await appendOne(ledger, resealed)).is).toBe('duplicate');
      expect(await appendOne(ledger, command(tenant, 's', { events: [{ ...sealed, fingerprint: 'cd'.repeat(32) }, event()] }))).toMatchObject({ reason: 'IdReused', event: sealed.id }); // prettier-ignore
      expect(await count(ledger, tenant)).toBe(2);
    },
  },
  {
    number: 17,
    title: 'refuses a known id in another stream, and tells no other tenant where it is',
    run: async ({ ledger, tenant }) => {
      const one = command(tenant, 's');
      const { positions } = stored(await appendOne(ledger, one));
      const elsewhere = { is: 'refused', reason: 'IdElsewhere', event: one.events[0]!.id };
      expect(await appendOne(ledger, { ...one, stream: 't' })).toEqual({ ...elsewhere, position: positions[0] });
      expect(await appendOne(ledger, { ...one, tenant: `${tenant} too` })).toEqual(elsewhere);
      const mixed = { ...one, stream: 't', expected: 9, events: [event(), { ...one.events[0]!, data: '"other"' }] };
      expect(await appendOne(ledger, mixed)).toMatchObject(elsewhere);
      expect(await count(ledger, tenant)).toBe(1);
      expect(await count(ledger, `${tenant} too`)).toBe(0);
    },
  },
  {
    number: 19,
    title: 'stores one event where a caller gave up waiting and asked another process',
    run: async ({ ledger, another, tenant }) => {
      const other = await another();
      for (let round = 0; round < 20; round += 1) {
        const one = command(tenant, 's', { expected: round % 2 ? round : 'any', events: [event()] });
        const [a, b] = await Promise.all([appendOne(ledger, one), appendOne(other, one)]);
        expect([a.is, b.is].toSorted()).toEqual(['appended', 'duplicate']);
        expect(stored(a).positions).toEqual(stored(b).positions);
      }
      expect(await count(ledger, tenant)).toBe(20);
    },
  },
  {
    number: 27,
    title: 'stores once what was committed and never acknowledged, and tells the caller that it was his',
    run: async ({ ledger, another, tenant, fault }) => {
      const known = command(tenant, 's');
      await appendOne(ledger, known);
      const [one, two] = [command(tenant, 's', { expected: 1 }), command(tenant, 't', { events: events(3) })];
      fault('loseNextAnswer')();
      const outcomes = await ledger.append([known, one, two, command(tenant, 'u', { expected: 5 })]);
      expect(outcomes.map(({ is }) => is)).toEqual(['duplicate', 'appended', 'appended', 'conflict']);
      expect((await (await another()).append([one, two])).map(stored)).toEqual(outcomes.slice(1, 3).map(({ ...one }) => ({ ...stored(one), is: 'duplicate' }))); // prettier-ignore
      expect(await count(ledger, tenant)).toBe(5);
    },
  },
  {
    number: 27,
    title: 'says that it does not know what became of a command whose answer was lost twice',
    run: async ({ ledger, tenant, fault }) => {
      const one = command(tenant, 's');
      fault('loseNextAnswer')();
      fault('loseNextAnswer')();
      await expect(ledger.append([one])).rejects.toThrow(LedgerUnavailable);
      expect((await appendOne(ledger, one)).is).toBe('duplicate');
      expect(await count(ledger, tenant)).toBe(1);
    },
  },
  {
    number: 27,
    title: 'never carries out late what it answered otherwise meanwhile',
    run: async ({ ledger, tenant, fault }) => {
      const late = command(tenant, 's', { expected: 2 });
      const arrive = fault('delayNextAppend')();
      expect(await appendOne(ledger, late)).toEqual({ is: 'conflict', actual: 0 });
      await ledger.append([command(tenant, 's'), command(tenant, 's')]);
      await arrive();
      expect((await ledger.read(tenant, 's')).map(({ id }) => id)).not.toContain(late.events[0]!.id);
    },
  },
];
