/** `npm run check`: everything that is wrong, said at once; what to run before a commit. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { base, foldersToTest, git } from './changed.js';
import { jestFlags, node24, root } from './node24.js';

const bin = join(root, 'node_modules/.bin');
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
const jest = [node24, ...jestFlags, join(root, 'node_modules/jest/bin/jest.js')];
const prettier = ['--cache', '--log-level', 'warn'];

const published =
  base && git('ls-tree', base, 'proto/throughline') && `${git('rev-parse', '--git-common-dir')}#ref=${base}`;
const since = base && git('merge-base', 'HEAD', base);
const folders = foldersToTest();

/** @type {Record<string, string[] | false>} */
const steps = {
  format: ['prettier', '--check', ...prettier, '.'],
  lint: ['oxlint', '--type-aware', '--deny-warnings'],
  types: ['tsc', '-p', '.'],
  'types of the console': ['tsc', '-p', 'services/console'],
  contracts: ['buf', 'lint'],
  'contracts unbroken': !!published && ['buf', 'breaking', '--against', published],
  'samples unbroken': !!since && [node24, 'tools/samples.js', since],
  'generated code': [node24, 'tools/gen.js', '--check'],
  boundaries: [...jest, 'tools/boundaries.spec.ts'],
  'tests of what changed': folders.length > 0 && [...jest, '--passWithNoTests', ...folders],
};

/** @param {[string, string[] | false]} step */
function fails([name, command]) {
  if (!command) return false;
  const [program = '', ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
  });
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (status !== 0) process.stdout.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`);
  return status !== 0;
}

const failed = Object.entries(steps).filter(fails);
process.exitCode = failed.length > 0 ? 1 : 0;
