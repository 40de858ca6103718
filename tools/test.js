/** `npm test`: every test, or those of the folders that are named; the last line is for scripts. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jestFlags, node24, root } from './node24.js';
import { summaryOf } from './summary.js';

/** @type {import('./summary.js').Report} What a run that broke off comes to. */
const nothingRan = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1, testResults: [] };
const limitMs = 20 * 60_000;
const args = process.argv.slice(2);

/** @returns {import('./summary.js').Report} */
function run() {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-report-'));
  const report = join(folder, 'report.json');
  const jest = [...jestFlags, join(root, 'node_modules/jest/bin/jest.js'), '--json', '--outputFile', report, ...args];
  try {
    spawnSync(node24, jest, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], timeout: limitMs });
    return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8').replaceAll(root, '')) : nothingRan;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isPicked = args.some((arg) => arg === '-t' || arg.startsWith('--testNamePattern'));
const { lines, isGreen } = summaryOf(run(), isPicked);
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = isGreen ? 0 : 1;
