import { describe, expect, it } from '@jest/globals';
import { isClean } from './drill.ts';

describe('a drill', () => {
  const clean = { acked: 300, stored: 300, lost: 0, doubled: 0, holes: 0, disordered: 0 };
  it('is clean where all that was acknowledged is stored, and no fault was counted', () =>
    expect(isClean({ faults: clean, beside: { killed: 9 } })).toBe(true));
  it.each([{ acked: 0, stored: 0 }, { stored: 299 }, { lost: 1 }, { doubled: 1 }, { holes: 1 }, { disordered: 1 }])(
    'is not with %j',
    (fault) => expect(isClean({ faults: { ...clean, ...fault }, beside: {} })).toBe(false),
  );
});
