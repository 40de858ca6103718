/** Knows what changed since main, and which folders' tests that can break: Jest follows no import between packages. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './node24.js';

/** A change here can break any test. */
const everywhere = /^(package(-lock)?\.json|jest\.config\.js|tools\/(swc|source|node24)\.js|libs\/testing\/)/;

/** @param {string[]} args */
export const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();

/** What changes are counted from; a clone of one commit has none. */
export const base = ['main', 'origin/main'].find((ref) => git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`));

function changedFiles() {
  const since = base ? git('merge-base', 'HEAD', base) : 'HEAD';
  const lists = [git('diff', '--name-only', since), git('ls-files', '--others', '--exclude-standard')];
  return lists.flatMap((list) => list.split('\n')).filter(Boolean);
}

/** @returns {Map<string, string[]>} each package's folder, with the folders of those that depend on it directly */
function dependants() {
  const folders = globSync('{libs,services}/*/package.json', { cwd: root }).map((file) => dirname(file));
  const manifests = folders.map((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
  return new Map(
    folders.map((folder, i) => [folder, folders.filter((_, j) => manifests[j].dependencies?.[manifests[i].name])]),
  );
}

/**
 * @param {string[]} files that changed, from the root
 * @returns {string[]} the folders to test; `['']` is all of them
 */
export function foldersToTest(files = changedFiles()) {
  if (files.some((file) => everywhere.test(file))) return [''];
  const using = dependants();
  const found = new Set(files.map((file) => file.split('/', file.startsWith('tools/') ? 1 : 2).join('/')));
  for (const folder of found) for (const next of using.get(folder) ?? []) found.add(next);
  return [...found].filter((folder) => folder === 'tools' || using.has(folder));
}
