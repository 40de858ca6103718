import { describe, expect, it } from '@jest/globals';
import type { SoundEvent } from '../command.ts';
import { ForeignEvent, nameOf, positionOf, PositionUnusable, prefixOf, proposed, storedOf } from './record.ts';

const event: SoundEvent = {
  id: '0b4b1f0e-5d39-4b8a-9d6e-0d4f4c1f9a11',
  type: 'NoteWritten',
  occurredAt: '2026-05-04T09:30:00.000001Z',
  data: '{"twice":1,"twice":2, "n":12345678901234567890}',
  meta: '{"a" : "\\u0000"}',
  fingerprint: 'ab'.repeat(32),
};
const recorded = (tenant: string, stream: string, over = {}) => {
  const { metadata, ...rest } = proposed(tenant, event);
  const kept = JSON.parse(JSON.stringify(metadata)) as unknown;
  return { ...rest, metadata: kept, name: nameOf(tenant, stream), revision: 4n, created: new Date(1), position: 7n, ...over }; // prettier-ignore
};

describe('an event on the server', () => {
  it.each([['acme', 's'], ['a/b', 'c'], ['größe', 'a/b, 線']])('is the same when it comes back: %s, %s', (tenant, stream) =>
    expect(storedOf(recorded(tenant, stream))).toEqual({ ...event, tenant, stream, version: 5, position: 7n, recordedAt: '1970-01-01T00:00:00.001Z' })); // prettier-ignore

  it('has a name that no other tenant can have', () => {
    expect(nameOf('a', 'b/c')).not.toBe(nameOf('a/b', 'c'));
    expect(nameOf('ab', 'c').startsWith(prefixOf('a'))).toBe(false);
  });

  it.each([[{ metadata: undefined }], [{ metadata: { tenant: 'acme' } }], [{ name: nameOf('other', 's') }]])(
    'is refused where it is none of ours: %j',
    (over) => expect(() => storedOf(recorded('acme', 's', over))).toThrow(ForeignEvent),
  );

  it('has a position that JSON can tell', () => {
    expect(positionOf(2n ** 53n - 1n)).toBe(2n ** 53n - 1n);
    expect(() => positionOf(2n ** 53n)).toThrow(PositionUnusable);
    expect(() => positionOf(2n ** 64n - 1n)).toThrow('it needs to be version 22.6');
  });
});
