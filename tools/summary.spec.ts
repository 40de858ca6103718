import { describe, expect, it } from '@jest/globals';
import { type Report, summaryOf } from './summary.js';

const report = (passed: number, failed: number, broken: number, ...skipped: string[]): Report => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numRuntimeErrorTestSuites: broken,
  testResults: [
    {
      name: 'a.spec.ts',
      assertionResults: skipped.map((title) => ({ status: 'pending', title, ancestorTitles: ['a boat'] })),
    },
  ],
});

describe('the summary of a run', () => {
  it('ends in its counts', () => {
    expect(summaryOf(report(3, 0, 0))).toEqual({ lines: ['3 passed, 0 failed, 0 skipped'], isGreen: true });
  });

  it('gives the reason of each skip', () => {
    expect(summaryOf(report(3, 0, 0, 'sails — skipped: no wind'))).toEqual({
      lines: ['skipped: a.spec.ts › a boat › sails: no wind', '3 passed, 0 failed, 1 skipped'],
      isGreen: true,
    });
  });

  it('is red for a skip without a reason, unless a pattern left it out', () => {
    expect(summaryOf(report(3, 0, 0, 'sails')).isGreen).toBe(false);
    expect(summaryOf(report(3, 0, 0, 'sails'), true).isGreen).toBe(true);
  });

  it('counts a file that did not load as a failure', () => {
    expect(summaryOf(report(3, 1, 1))).toEqual({ lines: ['3 passed, 2 failed, 0 skipped'], isGreen: false });
  });

  it('is red where nothing ran', () => {
    expect(summaryOf(report(0, 0, 0)).isGreen).toBe(false);
  });
});
