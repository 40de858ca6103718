import { describe, expect, it } from '@jest/globals';
import { canonicalInstant, fromMicros } from './instant.ts';

describe('an instant', () => {
  it.each([
    ['2026-05-04T09:30:00Z', '2026-05-04T09:30:00Z'],
    ['2026-05-04T09:30:00.000000Z', '2026-05-04T09:30:00Z'],
    ['2026-05-04T09:30:00.120Z', '2026-05-04T09:30:00.12Z'],
    ['2026-05-04T09:30:10.000010Z', '2026-05-04T09:30:10.00001Z'],
    ['2000-02-29T23:59:59.9Z', '2000-02-29T23:59:59.9Z'],
  ])('%s is kept as %s', (text, kept) => expect(canonicalInstant(text)).toBe(kept));

  it.each([
    '2026-05-04',
    '2026-05-04T09:30:00',
    '2026-05-04T09:30:00.Z',
    '2026-05-04T09:30:00.1234567Z',
    '2026-05-04T09:30:00+00:00',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '0000-01-01T00:00:00Z',
    '99999-01-01T00:00:00Z',
  ])('%s is none', (text) => expect(canonicalInstant(text)).toBeUndefined());

  it('comes from microseconds exactly', () => {
    expect(fromMicros(0n)).toBe('1970-01-01T00:00:00Z');
    expect(fromMicros(1_767_225_600_000_001n)).toBe('2026-01-01T00:00:00.000001Z');
    expect(fromMicros(1_767_225_600_120_000n)).toBe('2026-01-01T00:00:00.12Z');
  });
});
