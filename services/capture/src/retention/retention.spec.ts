import { describe, expect, it } from '@jest/globals';
import { specOf } from '@throughline/decider';
import { expiresAt, isNear, isOver, overAt, type Retention, retentions, set } from './retention.ts';

const given = specOf(retentions);
const now = new Date('2026-11-10T12:00:00Z');
const kept = (keep: number, notice = 30) => ({ keep, notice });

describe('a policy of retention', () => {
  it('is set once, and says from when something may expire by itself', () =>
    given()
      .when(set(kept(4), now))
      .yieldsOnce({ type: 'RetentionPolicySet', data: { ...kept(4), from: '2026-12-10T12:00:00.000Z' } }));

  it('is taken back by one that keeps for ever', () =>
    given({ type: 'RetentionPolicySet', data: { ...kept(4), from: '2026-12-10T12:00:00.000Z' } })
      .when(set({ notice: 30 }, now))
      .yieldsOnce({ type: 'RetentionPolicySet', data: { notice: 30, from: '2026-12-10T12:00:00.000Z' } }));
});

describe('a quarter', () => {
  it.each([
    ['2026Q3', 1, '2027-01-01'],
    ['2026Q4', 1, '2027-04-01'],
    ['2025Q3', 4, '2026-10-01'],
    ['2025Q4', 4, '2027-01-01'],
    ['2016Q1', 40, '2026-04-01'],
  ])('%s is over its time, with %i kept, at %s', (quarter, keep, at) =>
    expect(overAt(quarter, keep)).toEqual(new Date(`${at}T00:00:00Z`)),
  );

  it('is not over while it goes on, or where everything is kept', () => {
    expect(isOver('2026Q4', kept(1), now)).toBe(false);
    expect(isOver('2026Q3', kept(1), now)).toBe(false);
    expect(isOver('2026Q2', kept(1), now)).toBe(true);
    expect(isOver('2000Q1', { notice: 30 }, now)).toBe(false);
    expect(expiresAt('2000Q1', { notice: 30 })).toBeUndefined();
  });

  it('expires by itself not before the days of notice after the policy was set', () => {
    const policy: Retention = { ...kept(4), from: '2026-12-10T12:00:00.000Z' };
    expect(expiresAt('2020Q1', policy)).toEqual(new Date('2026-12-10T12:00:00Z'));
    expect(expiresAt('2026Q1', policy)).toEqual(new Date('2027-04-01T00:00:00Z'));
  });

  it('is told of as many days before', () => {
    expect(isNear('2025Q4', kept(4, 30), new Date('2026-12-01T23:59:59Z'))).toBe(false);
    expect(isNear('2025Q4', kept(4, 30), new Date('2026-12-02T00:00:00Z'))).toBe(true);
  });
});
