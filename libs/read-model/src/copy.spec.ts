import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SpecDatabase, specDatabase } from '../test/database.ts';
import { copyNew, partedByPresence } from './copy.ts';
import { effectsOf } from './effect.ts';
import type { Change, Row } from './table.ts';
import { table } from './table.ts';

const every = table({
  name: 'spec.every',
  columns: {
    tenant: 'text', id: 'uuid', at: 'timestamptz', n: 'integer', big: 'bigint', yes: 'boolean', text: 'text?', json: 'json?',
    bytes: 'bytea?', texts: 'text[]?', ids: 'uuid[]?', words: 'tsvector?',
  },
  key: ['tenant', 'id'],
  merge: 'replace',
}); // prettier-ignore

/** Its key has the names that a statement might give to what it asks for. */
const timed = table({
  name: 'spec.timed',
  columns: { tenant: 'text', at: 'timestamptz', nth: 'integer', source: 'text', target: 'text' },
  key: ['tenant', 'at', 'nth', 'source', 'target'],
  merge: 'keep',
});

const odd = 'tab\t line\n return\r slash \\ \\N \\. "quoted" {a,b} 🙂 ';
const idOf = (n: number): string => `0190a0b0-0000-7000-8000-${n.toString().padStart(12, '0')}`;
const rowOf = (n: number, more: Row = {}) => ({
  tenant: odd, id: idOf(n), at: '2026-05-04T09:30:00.123456Z', n: -1, big: 2n ** 62n, yes: n % 2 === 0, ...more,
}); // prettier-ignore
const full = {
  text: odd, json: JSON.stringify({ odd }), bytes: Buffer.from([0, 9, 10, 92, 255]), texts: [odd, '', 'NULL'], ids: [idOf(7)],
  words: `'a\\\\b':1,2 c`,
}; // prettier-ignore

let db: SpecDatabase;
beforeAll(async () => {
  db = await specDatabase([every, timed]);
});
afterAll(() => db.close());

const stored = async () =>
  (await db.superuser.query(`select *, json::text as json from ${every.name} order by id`)).rows;
const effects = (...changes: readonly Change[]) => [[every, effectsOf(every, changes)] as const];

describe('rows that come by COPY', () => {
  it('are what was given, of every type, nulls and what COPY reads as a sign among them', async () => {
    const { news, rest } = await db.projector.tx((client) =>
      partedByPresence(client, effects(every.put(rowOf(1, full)), every.put(rowOf(2)))),
    );
    expect(rest).toEqual([]);
    await db.projector.tx((client) => copyNew(client, news));
    const common = { tenant: odd, at: '2026-05-04T09:30:00.123456Z', n: -1, big: 2n ** 62n };
    const none = { text: null, json: null, bytes: null, texts: null, ids: null, words: null };
    expect(await stored()).toEqual([
      { ...common, id: idOf(1), yes: false, ...full, words: `'a\\\\b':1,2 'c'` },
      { ...common, id: idOf(2), yes: true, ...none },
    ]);
  });

  it('are those that are not there yet; what happens to others is left to the statement, and to nobody nothing', async () => {
    const all = effects(
      every.put(rowOf(1, { text: 'again' })),
      every.put(rowOf(3)),
      every.patch({ tenant: odd, id: idOf(4), text: 'nobody' }),
      every.remove({ tenant: odd, id: idOf(2) }),
      every.remove({ tenant: odd, id: idOf(5) }),
    );
    const { news, rest } = await db.projector.tx((client) => partedByPresence(client, all));
    expect(news.map(([{ name }, rows]) => [name, rows.map(({ id }) => id)])).toEqual([[every.name, [idOf(3)]]]);
    expect(rest.flatMap(([, some]) => some.map(({ key }) => key['id']))).toEqual([idOf(1), idOf(2)]);
  });

  it('are told apart whatever the columns of their key are called', async () => {
    const row = (nth: number) => ({ tenant: odd, at: '2026-05-04T09:30:00Z', nth, source: 's', target: 't' });
    const part = (...nths: number[]) => {
      const all = [[timed, effectsOf(timed, nths.map((nth) => timed.put(row(nth))))]] as const; // prettier-ignore
      return db.projector.tx((client) => partedByPresence(client, all));
    };
    await db.projector.tx(async (client) => copyNew(client, (await part(1, 2)).news));
    const { news } = await part(2, 3);
    expect(news.map(([, rows]) => rows.map(({ nth }) => nth))).toEqual([[3]]);
  });

  it('are refused where one is there after all', async () => {
    const twice = db.projector.tx((client) => copyNew(client, [[every, [rowOf(9), rowOf(1)]]]));
    await expect(twice).rejects.toMatchObject({ code: '23505' });
    expect(await stored()).toHaveLength(2);
  });
});
