import { describe, expect, it } from '@jest/globals';
import { agoThen, aheadSaid, thenOf, thenSaid, timeThen } from './then.ts';

const monday = '2026-05-04T09:00:00Z';
const tuesday = '2026-05-05T09:00:00Z';

describe('the moment that an address names', () => {
  it('is none, by one clock, or by both', () => {
    const of = (query: string) => thenOf(new URLSearchParams(query));
    expect(of('channel=email&asOf=')).toBeUndefined();
    expect(of(`asOf=${monday}`)).toEqual({ asOf: monday });
    expect(of(`recordedAsOf=4711&asOf=${monday}`)).toEqual({ asOf: monday, recordedAsOf: '4711' });
  });

  it('is when it happened, where that is asked for; positions and nonsense are no times', () => {
    expect(timeThen({ asOf: monday, recordedAsOf: tuesday })).toBe(Date.parse(monday));
    expect(timeThen({ recordedAsOf: tuesday })).toBe(Date.parse(tuesday));
    expect(timeThen({ recordedAsOf: '4711' })).toBeUndefined();
    expect(timeThen({ asOf: 'then' })).toBeUndefined();
  });

  it('is what something was so long ago at', () => {
    expect(agoThen(monday, { asOf: tuesday })).toBe('yesterday');
    expect(agoThen('2026-05-05T07:00:00Z', { recordedAsOf: tuesday })).toBe('2 hours ago');
    expect(agoThen(monday, { recordedAsOf: '4711' })).toMatch(/4.*2026/);
  });

  it('is said in plain words', () => {
    expect(thenSaid({ asOf: monday })).toMatch(/^What had happened by .*2026.*, by all we know today$/);
    expect(thenSaid({ recordedAsOf: monday })).toMatch(/^What we knew on .*2026/);
    expect(thenSaid({ recordedAsOf: '4711' })).toMatch(/^What we knew at position 4\D?711 of the ledger$/);
    expect(thenSaid({ asOf: monday, recordedAsOf: monday })).toMatch(/as far as we knew then$/);
    expect(thenSaid({ asOf: monday, recordedAsOf: tuesday })).toMatch(/as far as we knew on .*2026/);
    expect(thenSaid({ asOf: 'then' })).toContain('“then”');
  });

  it('is told to be ahead where it is a time to come, or beyond the end of the ledger', () => {
    expect(aheadSaid({ recordedAsOf: '4711' }, 12)).toMatch(/ends at 12/);
    expect(aheadSaid({ recordedAsOf: '12' }, 12)).toBeUndefined();
    expect(aheadSaid({ recordedAsOf: '4711' }, undefined)).toBeUndefined();
    expect(aheadSaid({ asOf: '2999-01-01T00:00:00Z' }, 12)).toMatch(/not over yet/);
    expect(aheadSaid({ asOf: monday }, 12)).toBeUndefined();
  });
});
