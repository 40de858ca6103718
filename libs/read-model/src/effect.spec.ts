import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Effect, effectsOf } from './effect.ts';
import { added, changeOf, kept, newest, oldest, replaced, tables } from '../test/scripted.ts';
import type { Change, Row, Shape } from './table.ts';
import { table } from './table.ts';

const put = (row: Row): Change => ({ table: '', is: 'put', row: { tenant: 't', position: 1n, ...row } });
const patch = (row: Row): Change => ({ table: '', is: 'patch', row: { tenant: 't', ...row } });
const remove = (row: Row): Change => ({ table: '', is: 'remove', row: { tenant: 't', ...row } });

describe('the changes of one row', () => {
  it('come to one effect, with the rows in the order of their keys', () =>
    expect(effectsOf(kept, ['3', '1', '2', '1'].map((id) => put({ id }))).map(({ key }) => key.id)).toEqual([
      '1', '2', '3',
    ])); // prettier-ignore

  it('keep the first put', () =>
    expect(effectsOf(kept, [put({ id: '1', a: 'x' }), put({ id: '1', a: 'y' })])).toMatchObject([
      { absent: { a: 'x' }, present: { is: 'left' } },
    ]));

  it('patch the row that a put finds, and not the one that it makes', () =>
    expect(effectsOf(kept, [patch({ id: '1', a: 'x' }), put({ id: '1', b: 1n })])).toMatchObject([
      { absent: { b: 1n }, present: { is: 'patched', values: { a: 'x' } } },
    ]));

  it('forget the values of a row that was removed before it was put again', () =>
    expect(effectsOf(kept, [remove({ id: '1' }), put({ id: '1', b: 1n })])).toMatchObject([
      { absent: { b: 1n }, present: { is: 'patched', values: { a: null, b: 1n } } },
    ]));

  it('replace the whole row, also by nulls', () =>
    expect(effectsOf(replaced, [put({ id: '1', a: 'x' }), put({ id: '1', b: 1n })])).toMatchObject([
      { absent: { b: 1n }, present: { is: 'patched', values: { a: null, b: 1n } } },
    ]));

  it('leave a column alone that a patch gives as undefined', () =>
    expect(effectsOf(kept, [patch({ id: '1', a: undefined, b: null })])).toMatchObject([
      { present: { is: 'patched', values: { b: null } } },
    ]));

  it('take instants for what they are, not for their text', () => {
    const half = put({ id: '1', at: '2026-01-01T00:00:00.5Z', a: 'half' });
    const whole = put({ id: '1', at: '2026-01-01T00:00:00Z', a: 'whole', position: 2n });
    expect(effectsOf(newest, [half, whole])).toMatchObject([{ absent: { a: 'half' } }]);
    expect(effectsOf(oldest, [half, whole])).toMatchObject([{ absent: { a: 'whole' } }]);
  });

  it('know one UUID however it is written', () => {
    const byUuid = table({
      name: 's.t',
      columns: { tenant: 'text', id: 'uuid' },
      key: ['tenant', 'id'],
      merge: 'keep',
    });
    const id = '0190A0B0-0000-7000-8000-00000000000A';
    expect(effectsOf(byUuid, [put({ id }), put({ id: id.toLowerCase() })])).toHaveLength(1);
  });

  it('refuse a key that is null', () => expect(() => effectsOf(kept, [put({ id: null })])).toThrow('no null'));

  it('add up', () =>
    expect(effectsOf(added, [put({ id: '1', n: 1n, m: 2 }), put({ id: '1', n: 2 ** 40, m: -2 })])).toMatchObject([
      { absent: { n: 2n ** 40n + 1n, m: 0n } },
    ]));
});

/** A table in memory: what an effect does to it, one change being the smallest batch. */
const onto = (shape: Shape, rows: ReadonlyMap<string, Row>, effects: readonly Effect[]): Map<string, Row> => {
  const next = new Map(rows);
  for (const { key, absent, present } of effects) {
    const id = String(key.id);
    const row = next.get(id);
    if (!row) {
      if (absent) next.set(id, absent);
    } else if (present.is === 'gone') next.delete(id);
    else if (present.is === 'patched') next.set(id, { ...row, ...present.values });
    else if (present.is === 'merged') next.set(id, merged(shape, row, absent!));
  }
  return next;
};

const merged = (shape: Shape, row: Row, other: Row): Row => {
  const [{ absent }] = effectsOf(shape, [put(row), put(other)]) as [Effect];
  return absent!;
};

describe('any way to cut changes into batches', () => {
  it.each(tables.map((shape) => [shape.name, shape] as const))('makes the same rows of %s', (name, shape) => {
    const changes = fc.array(changeOf[name]!, { maxLength: 15 }).map((all) => all.map(placed));
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 15, maxLength: 15 });
    fc.assert(
      fc.property(changes, sizes, (all, cuts) => {
        const one = all.reduce((rows, change) => onto(shape, rows, effectsOf(shape, [change])), new Map());
        let rows = new Map<string, Row>();
        for (let at = 0, cut = 0; at < all.length; at += cuts[cut]!, cut += 1)
          rows = onto(shape, rows, effectsOf(shape, all.slice(at, at + cuts[cut]!)));
        expect(plain(rows)).toEqual(plain(one));
      }),
      { numRuns: 500 },
    );
  });
});

const placed = (change: Change, at: number): Change => ({
  ...change,
  row: { ...change.row, tenant: 't', position: BigInt(at + 1) },
});

const plain = (rows: ReadonlyMap<string, Row>) =>
  Object.fromEntries(
    [...rows].map(([id, row]) => [id, Object.fromEntries(Object.entries(row).filter(isGiven).map(asText))]),
  );
const isGiven = ([, value]: [string, unknown]) => value !== null && value !== undefined;
const asText = ([name, value]: [string, unknown]) => [name, String(value)];
