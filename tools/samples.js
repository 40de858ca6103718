/** Knows which golden samples were broken since main: what was stored once is stored for ever. `npm run check` asks it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { root } from './node24.js';

const folder = 'libs/contracts/samples';

/**
 * @param {unknown} before
 * @param {unknown} after
 * @returns {boolean} whether it has all that it had, and maybe more fields
 */
function hasGrown(before, after) {
  if (before === null || typeof before !== 'object' || after === null || typeof after !== 'object')
    return isDeepStrictEqual(before, after);
  if (Array.isArray(before) !== Array.isArray(after)) return false;
  return Object.entries(before).every(([name, value]) => hasGrown(value, Reflect.get(after, name)));
}

/**
 * @param {string} file a sample (`stored` as it lies in ledgers, `opened` with every field), or the schemas of a release
 * @param {any} before
 * @param {any} after undefined where it is gone
 * @returns {string | undefined} what is wrong
 */
export function brokenSample(file, before, after) {
  if (after === undefined) return `${file}: it is gone, and events like it are stored`;
  if (!('stored' in before)) {
    const changed = Object.keys(before).find((name) => !isDeepStrictEqual(before[name], after[name]));
    return changed && `${file}: ${changed} is not what was released`;
  }
  if (!isDeepStrictEqual(before.stored, after.stored)) return `${file}: what is stored cannot be changed`;
  return hasGrown(before.opened, after.opened) ? undefined : `${file}: a field is gone or another one`;
}

/**
 * @param {string} from a commit
 * @param {string} cwd the folder of a repository
 */
export function brokenSamples(from, cwd) {
  /** @param {string[]} args */
  const git = (...args) => {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };
  const files = git('ls-tree', '-r', '--name-only', '-z', from, folder).split('\0').filter(Boolean);
  return files.flatMap((file) => {
    const now = existsSync(join(cwd, file)) ? JSON.parse(readFileSync(join(cwd, file), 'utf8')) : undefined;
    return brokenSample(file, JSON.parse(git('show', `${from}:${file}`)), now) ?? [];
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [from = 'HEAD', cwd = root] = process.argv.slice(2);
  const broken = brokenSamples(from, cwd);
  for (const line of broken) process.stdout.write(`${line}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
