import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgres, type TestDatabase } from '@throughline/testing';
import { connect, type Database, instantOf } from './index.ts';

describe('columns', () => {
  let server: TestDatabase;
  let service: Database;
  beforeAll(async () => {
    server = await postgres();
    service = connect({ url: server.service, application: 'spec' });
  });
  afterAll(async () => {
    await service.close();
    await server.drop();
  });

  const one = async (expression: string, values?: unknown[]) =>
    (await service.query<{ it: unknown }>(`select ${expression} as it`, values)).rows[0]?.it;

  it('keep every digit of an int8', async () => {
    expect(await one('9223372036854775807::int8')).toBe(9_223_372_036_854_775_807n);
    expect(await one(`'{1,null,-2}'::int8[]`)).toEqual([1n, null, -2n]);
    expect(await one(`'{{1,2},{3,4}}'::int8[]`)).toEqual([[1n, 2n], [3n, 4n]]); // prettier-ignore
    expect(await one('$1::int8 + 1', [9_007_199_254_740_993n])).toBe(9_007_199_254_740_994n);
  });

  it.each([
    ['2026-05-04T09:30:00.123456Z', '2026-05-04T09:30:00.123456Z'],
    ['2026-05-04T09:30:00Z', '2026-05-04T09:30:00.000000Z'],
    ['2026-05-04T09:30:00.12+02:00', '2026-05-04T07:30:00.120000Z'],
    ['0044-03-15T12:00:00Z', '0044-03-15T12:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    ['infinity', 'infinity'],
  ])('give the instant %s as %s', async (given, answered) => {
    expect(await one('$1::timestamptz', [given])).toBe(answered);
    expect(await one('array[$1::timestamptz, null]', [given])).toEqual([answered, null]);
    if (given !== 'infinity') expect(await one('$1::timestamptz', [answered])).toBe(answered);
  });

  it('refuse an instant that RFC 3339 cannot say', async () => {
    await expect(one(`'10000-01-01'::timestamptz`)).rejects.toThrow(RangeError);
    await expect(one(`'0044-03-15 BC'::timestamptz`)).rejects.toThrow(RangeError);
    expect(() => instantOf('2026-05-04 09:30:00+02')).toThrow(RangeError);
    expect(await one('1')).toBe(1);
  });

  it('keep json byte for byte', async () => {
    const text = '{"b" : 1.10,  "a":12345678901234567890, "a":"\\u00e9é"}';
    expect(await one('$1::json', [text])).toBe(text);
    expect(await one('array[$1::json, null]', [text])).toEqual([text, null]);
    expect(await one(`'{"a": 1}'::jsonb`)).toBe('{"a": 1}');
  });

  it('leave dates and numbers without a time zone or rounding of ours', async () => {
    expect(await one(`'2026-05-04'::date`)).toBe('2026-05-04');
    expect(await one(`'2026-05-04 09:30:00.5'::timestamp`)).toBe('2026-05-04 09:30:00.5');
    expect(await one('0.1::numeric + 0.20')).toBe('0.30');
    expect(await one(`'\\xff00'::bytea`)).toEqual(Buffer.from([255, 0]));
  });

  it('come as arrays where asked to', async () => {
    expect((await service.query({ text: 'select 1, 2::int8', rowMode: 'array' })).rows).toEqual([[1, 2n]]);
  });
});
