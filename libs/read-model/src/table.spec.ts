import { describe, expect, it } from '@jest/globals';
import { table } from './table.ts';
import { compare, keyText } from './types.ts';

const columns = { tenant: 'text', id: 'uuid', position: 'bigint', at: 'timestamptz?', text: 'text?' } as const;
const key = ['tenant', 'id'] as const;
const name = 'spec.one';

describe('a table', () => {
  it('makes changes of its rows', () => {
    const one = table({ name, columns, key, merge: 'replace' });
    const row = { tenant: 'acme', id: 'x', position: 1n };
    expect([one.put(row), one.patch({ tenant: 'acme', id: 'x', text: 'y' }), one.remove({ tenant: 'acme', id: 'x' })]).toEqual([
      { table: name, is: 'put', row },
      { table: name, is: 'patch', row: { tenant: 'acme', id: 'x', text: 'y' } },
      { table: name, is: 'remove', row: { tenant: 'acme', id: 'x' } },
    ]); // prettier-ignore
  });

  it('has a type for its rows', () => {
    const kept = table({ name, columns, key, merge: 'keep' });
    const newest = table({ name, columns, key, merge: 'newest' });
    // @ts-expect-error a column that may not be null is missing
    kept.put({ tenant: 'acme', id: 'x' });
    // @ts-expect-error a value of another type
    kept.put({ tenant: 'acme', id: 'x', position: '1' });
    // @ts-expect-error a column that it has not
    kept.put({ tenant: 'acme', id: 'x', position: 1n, other: 1 });
    // @ts-expect-error a key that is not whole
    kept.remove({ tenant: 'acme' });
    // @ts-expect-error rows that several streams write are not patched
    newest.patch({ tenant: 'acme', id: 'x', text: 'y' });
    expect(kept.name).toBe(name);
  });

  it.each([
    ['a name without a schema', () => table({ name: 'one', columns, key, merge: 'keep' })],
    ['a name that SQL would quote', () => table({ name: 'spec.One', columns, key, merge: 'keep' })],
    ['a column that says something else', () => table({ name, columns: { ...columns, 'a" b': 'text' }, key, merge: 'keep' })],
    ['a key without a tenant', () => table({ name, columns, key: ['id'], merge: 'keep' })],
    ['a key that may be null', () => table({ name, columns, key: ['tenant', 'at'], merge: 'keep' })],
    ['a key that is JSON', () => table({ name, columns: { ...columns, j: 'json' }, key: ['tenant', 'j'], merge: 'keep' })],
    ['an order that may be null', () => table({ name, columns, key, merge: 'newest', by: ['at'] })],
    ['no position to decide a tie', () => table({ name, columns: { tenant: 'text', id: 'uuid' }, key, merge: 'oldest' })],
    ['sums of texts', () => table({ name, columns, key, merge: 'add' })],
    ['too many columns', () => table({ name, columns: { ...columns, ...many }, key, merge: 'keep' })],
  ])('is refused with %s', (_, make) => expect(make).toThrow(/^table /)); // prettier-ignore
});

const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`c${at}`, 'text' as const]));

describe('values', () => {
  it.each([
    ['bigint', 2n ** 60n, 2 ** 3, 1],
    ['integer', -1, 1, -1],
    ['timestamptz', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000000Z', 0],
    ['timestamptz', '2026-01-01T00:00:00.10Z', '2026-01-01T00:00:00.1Z', 0],
    ['timestamptz', '2026-01-01T00:00:09Z', '2026-01-01T00:00:10Z', -1],
    ['timestamptz', '2026-01-01T00:00:00.25Z', '2026-01-01T00:00:00.5Z', -1],
    ['timestamptz', '2026-01-01T00:00:00.999999Z', '2026-01-01T00:00:01Z', -1],
  ] as const)('of type %s: %s and %s', (type, a, b, order) => {
    expect(compare(type, a, b)).toBe(order);
    expect(compare(type, b, a)).toBe(-order + 0);
  });

  it('of instants are in UTC', () => expect(() => keyText('timestamptz', '2026-01-01T00:00:00+01:00')).toThrow('UTC'));
});
