/**
 * `npm test`: every test, then each skipped one with its reason, then the line that scripts read. A test is skipped by
 * `skipBecause(reason)` of libs/testing, which leaves the reason in the test's name; a skip without one is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { jestFlags, node24, root } from './node24.js';

/** @typedef {{ name: string, assertionResults: { status: string, title: string, ancestorTitles: string[] }[] }} Suite */
/** @typedef {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number, testResults: Suite[] }} Report */

const reasonMark = ' — skipped: ';
/** @type {Report} What a run that broke off comes to. */
const nothingRan = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1, testResults: [] };
const args = process.argv.slice(2);

/** @returns {Report} */
function run() {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-report-'));
  const report = join(folder, 'report.json');
  try {
    const jest = [...jestFlags, join(root, 'node_modules/jest/bin/jest.js'), '--json', '--outputFile', report, ...args];
    spawnSync(node24, jest, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], timeout: 20 * 60_000 });
    return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : nothingRan;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Report} report */
function skippedOf({ testResults }) {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ ancestorTitles, title }) => {
        const titles = [...ancestorTitles, title];
        const reason = titles.find((part) => part.includes(reasonMark))?.split(reasonMark)[1];
        const test = titles.map((part) => part.split(reasonMark)[0]).join(' › ');
        return { test: `${relative(root, name)} › ${test}`, reason };
      }),
  );
}

const report = run();
const skipped = skippedOf(report);
const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
// A pattern leaves tests out on purpose; nothing else may without saying why.
const isPicked = args.some((arg) => arg === '-t' || arg.startsWith('--testNamePattern'));
const unexplained = isPicked ? [] : skipped.filter(({ reason }) => reason === undefined);

for (const { test, reason } of skipped) process.stdout.write(`skipped: ${test}: ${reason ?? 'no reason given'}\n`);
if (unexplained.length > 0) process.stdout.write(`A skip needs a reason: skipBecause(…) of @throughline/testing.\n`);
process.stdout.write(`${report.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped\n`);
process.exitCode = failed > 0 || unexplained.length > 0 || report.numPassedTests === 0 ? 1 : 0;
