import { describe, expect, it } from '@jest/globals';
import { instantOf, plain, timestampOf } from './index.ts';

describe('a moment', () => {
  it.each([
    ['2026-05-04T09:30:00Z', 1_777_887_000n, 0],
    ['2026-05-04T09:30:00.123456Z', 1_777_887_000n, 123_456_000],
    ['2026-05-04T09:30:00.1Z', 1_777_887_000n, 100_000_000],
    ['1969-12-31T23:59:59.5Z', -1n, 500_000_000],
    ['2026-05-04T09:30:00.000000001Z', 1_777_887_000n, 1],
  ])('is the same in both notations: %s', (text, seconds, nanos) => {
    expect(timestampOf(text)).toEqual({ seconds, nanos });
    expect(instantOf({ seconds, nanos })).toBe(text);
  });

  it('that there is not stays so', () => {
    expect(timestampOf(undefined)).toBeUndefined();
    expect(instantOf(undefined)).toBeUndefined();
  });

  it.each([
    { seconds: 10n ** 18n, nanos: 0 },
    { seconds: 0n, nanos: -1 },
    { seconds: 0n, nanos: 1_000_000_000 },
  ])('out of range is none: %s', (moment) => {
    expect(instantOf(moment)).not.toMatch(/^\d{4}-/);
  });
});

describe('a plain message', () => {
  it('is what REST would send', () => {
    const message = {
      key: 'a',
      text: undefined,
      occurredAt: { seconds: 1_777_887_000n, nanos: 0 },
      participants: [{ handle: 'email:ann@example.com', also: [], name: undefined }],
      attachments: [{ size: 7n }],
      mentions: [],
      details: { list: [], seconds: 1, nanos: 2, none: null },
    };
    expect(plain(message)).toStrictEqual({
      key: 'a',
      occurredAt: '2026-05-04T09:30:00Z',
      participants: [{ handle: 'email:ann@example.com' }],
      attachments: [{ size: 7 }],
      details: { list: [], seconds: 1, nanos: 2, none: null },
    });
  });
});
