import { describe, expect, it } from '@jest/globals';
import { assigned, beginning, isActive, type Membership, revoked } from './membership.ts';

const aloneMs = 100;
const active = (membership: Membership, now: number) => isActive(membership, now, aloneMs);

describe('who has the work', () => {
  it('is the member that was given the partitions', () => {
    expect(active(assigned([0, 1]), 0)).toBe(true);
    expect(active(assigned([]), 1e9)).toBe(false);
  });

  it('is nobody for a while after an assignment is over, then who had it', () => {
    const holder = revoked(assigned([0]), 50);
    expect([active(holder, 50), active(holder, 149), active(holder, 150)]).toEqual([false, false, true]);
    expect(active(revoked(assigned([]), 50), 1e9)).toBe(false);
  });

  it('is who never was a member, after a while', () => {
    expect([active(beginning(7), 106), active(beginning(7), 107)]).toEqual([false, true]);
  });

  it('is not put off by being told again that an assignment is over', () => {
    expect(active(revoked(revoked(assigned([0]), 50), 140), 150)).toBe(true);
    expect(active(revoked(revoked(assigned([]), 50), 140), 1e9)).toBe(false);
  });
});
