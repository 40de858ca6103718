import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgres, type TestDatabase } from '@throughline/testing';
import { interleave } from './conformance/interleavings.ts';
import { open } from './conformance/postgres.ts';
import type { Ledger } from './ledger.ts';
import { memoryLedger, memoryStore } from './memory.ts';
import { migrations } from './postgres.ts';

const scale = Number(process.env.THROUGHLINE_SPEC_SCALE ?? 1);
/** `THROUGHLINE_ORDERS=100000 npm test -- libs/ledger/src/interleavings` takes minutes. */
const many = Number(process.env.THROUGHLINE_ORDERS ?? 2_000 * scale);

const inMemory = (sabotage = (ledger: Ledger) => ledger): Ledger[] => {
  const store = memoryStore();
  return [memoryLedger({ store }), memoryLedger({ store })].map(sabotage);
};

const playAll = async (count: number, ledgers: () => readonly Ledger[], first = 1) => {
  for (let seed = first; seed < first + count; seed += 1) await interleave(ledgers(), seed);
};

describe('writers, reactors, readers and a rebuild, in any order', () => {
  it(`leave nothing wrong in memory, in ${many} orders`, () => playAll(many, () => inMemory()), 60_000 + many * 20);

  describe('in PostgreSQL', () => {
    let database: TestDatabase;
    let ledgers: Ledger[];
    beforeAll(async () => {
      database = await postgres({ ledger: migrations });
      ledgers = [await open(database), await open(database)];
    }, 60_000);
    afterAll(async () => {
      await Promise.all(ledgers.map((ledger) => ledger.close()));
      await database.drop();
    });

    const some = 100 * scale;
    it(`leave nothing wrong, in ${some} of the same orders`, () => playAll(some, () => ledgers), 120_000 * scale);
  });

  const sabotages: [string, (ledger: Ledger) => Ledger, RegExp][] = [
    [
      'checks no checkpoint',
      (ledger) => ({
        ...ledger,
        append: (all) =>
          ledger.append(all.map(({ checkpoint, ...one }) => (one.events.length > 0 ? { ...one } : { ...one, checkpoint }))), // prettier-ignore
      }),
      /reacted to/,
    ],
    [
      'forgets ids',
      (ledger) => ({
        ...ledger,
        append: async (all) => {
          const outcomes = await ledger.append(all);
          return outcomes.map((one) => (one.is === 'duplicate' ? { ...one, is: 'appended' } : one));
        },
      }),
      /stored twice/,
    ],
    [
      'skips an event on a page',
      (ledger) => ({
        ...ledger,
        tail: async (after, options) => (await ledger.tail(after, options)).filter(({ position }) => position !== 3n),
      }),
      /hole|hears of/,
    ],
    [
      'acknowledges what it does not store',
      (ledger) => ({
        ...ledger,
        append: async (all) =>
          (await ledger.head()) === 4n
            ? [{ is: 'appended', positions: [9n, 10n], versions: [8, 9] }]
            : ledger.append(all),
      }),
      /not there|were accepted/,
    ],
  ];
  it.each(sabotages)('find a ledger that %s', (_, sabotage, complaint) =>
    expect(playAll(50, () => inMemory(sabotage))).rejects.toThrow(complaint),
  );
});
