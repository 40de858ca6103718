/** @typedef {{ status: string, title: string, ancestorTitles: string[] }} Assertion */
/** @typedef {{ name: string, assertionResults: Assertion[] }} Suite */
/** @typedef {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number, testResults: Suite[] }} Report */

const reasonMark = ' — skipped: ';

/** @param {string[]} titles */
function skipOf(titles) {
  const reason = titles.find((title) => title.includes(reasonMark))?.split(reasonMark)[1];
  return { reason, test: titles.map((title) => title.split(reasonMark)[0]).join(' › ') };
}

/**
 * What a run of the tests comes to: each skipped test with its reason, then the line that scripts read. A test is
 * skipped by `skipBecause(reason)` of libs/testing, which leaves the reason in the test's name; a skip without one is
 * a failure, and so is a run without a test.
 *
 * @param {Report} report what Jest wrote
 * @param {boolean} [isPicked] tests were left out on purpose, by a pattern
 */
export function summaryOf(report, isPicked = false) {
  const skipped = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ ancestorTitles, title }) => skipOf([name, ...ancestorTitles, title])),
  );
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const isExplained = isPicked || skipped.every(({ reason }) => reason !== undefined);
  return {
    lines: [
      ...skipped.map(({ test, reason = 'no reason given' }) => `skipped: ${test}: ${reason}`),
      ...(isExplained ? [] : ['A skip needs a reason: skipBecause(…) of @throughline/testing.']),
      `${report.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped`,
    ],
    isGreen: failed === 0 && isExplained && report.numPassedTests > 0,
  };
}
