/** Knows whether what lies in the packages' `dist` was built from the sources as they are now. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.js';

const sources = [
  '{libs,services}/*/{src,public}/**/*.*',
  '{libs,services}/*/*.*',
  'tools/{build,swc}.js',
  'package-lock.json',
];
const stamp = join(root, 'services/standalone/dist/.sources');

function digest() {
  const hash = createHash('sha256');
  const files = globSync(sources, { cwd: root, exclude: ['**/*.spec.*'] }).toSorted();
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Whether a build is there, and is one of the present sources. */
export function isBuilt() {
  if (!existsSync(stamp)) return false;
  const packages = globSync('{libs,services}/*/package.json', { cwd: root });
  return packages.every((file) => existsSync(join(root, file, '../dist'))) && readFileSync(stamp, 'utf8') === digest();
}

/** To be called when a build of everything is done. */
export function markBuilt() {
  writeFileSync(stamp, digest());
}
