import { describe, expect, it } from '@jest/globals';
import { columnOf, type PgType } from './types.ts';

/** The bytes of the one element of an array, behind the array's header and the element's length. */
const elementOf = (type: PgType, value: unknown): Buffer => columnOf(type, [value]).subarray(24);

describe('a value on its way to the server', () => {
  it.each([
    ['2000-01-01T00:00:00Z', 0n],
    ['2000-01-01T00:00:00.000001Z', 1n],
    ['1999-12-31T23:59:59.999999Z', -1n],
    ['1969-12-31T23:59:59.9995Z', -946_684_800_000_500n],
    ['2026-05-04T09:30:00.5Z', 831_202_200_500_000n],
    ['2026-05-04T09:30:00.12345Z', 831_202_200_123_450n],
    ['0001-01-01T00:00:00Z', -63_082_281_600_000_000n],
    ['9999-12-31T23:59:59.999999Z', 252_455_615_999_999_999n],
  ])('is a moment to the microsecond: %s', (text, micros) =>
    expect(elementOf('timestamptz', text).readBigInt64BE()).toBe(micros),
  );

  it('is a uuid however it is written', () => {
    const text = '0190a0bf-CDEF-7000-8000-00000000000A';
    expect(elementOf('uuid', text).toString('hex')).toBe(text.replaceAll('-', '').toLowerCase());
  });

  it('is a text of any length, in UTF-8', () => {
    const text = 'ä🙂"\\{},\n'.repeat(5_000);
    expect(elementOf('text', text).toString()).toBe(text);
  });

  it('is a number up to its bounds', () => {
    expect(elementOf('bigint', -(2n ** 63n)).readBigInt64BE()).toBe(-(2n ** 63n));
    expect(elementOf('integer', 2 ** 31 - 1).readInt32BE()).toBe(2 ** 31 - 1);
  });

  it('is null', () =>
    expect(columnOf('text?', ['a', null, undefined]).subarray(25).toString('hex')).toBe('ffffffff'.repeat(2)));

  it.each([
    ['uuid', '0190a0b0-0000-7000-8000-00000000000'],
    ['uuid', '0190a0b0-0000-7000-8000-00000000000g'],
    ['uuid', '0190a0b0-0000-7000-8000-00000000000é'],
    ['timestamptz', 'yesterday'],
    ['integer', 2 ** 31],
    ['integer', 1.5],
    ['bigint', 2n ** 63n],
    ['bigint', 0.5],
  ] as const)('is refused where it is none of type %s: %s', (type, value) =>
    expect(() => columnOf(type, [value])).toThrow(/./),
  );
});
