import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, '../../node_modules');
const cache = join(modules, '.cache/console');

const sources = (): string[] =>
  ['src', 'public', 'index.html', 'package.json', 'tsconfig.json', 'vite.config.ts'].flatMap((name) =>
    name.includes('.')
      ? [name]
      : readdirSync(join(root, name), { recursive: true, withFileTypes: true })
          .filter((file) => file.isFile())
          .map((file) => join(file.parentPath, file.name).slice(root.length + 1)),
  );

const digest = (): string => {
  const hash = createHash('sha256');
  for (const path of sources().toSorted()) hash.update(path).update(readFileSync(join(root, path)));
  return hash.digest('hex').slice(0, 16);
};

/** The folder of the page as it is served, built once for what the sources say now. */
export const builtPage = (): string => {
  const folder = join(cache, digest());
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  for (const stale of readdirSync(cache))
    if (!stale.startsWith('new-')) rmSync(join(cache, stale), { recursive: true });
  const fresh = mkdtempSync(join(cache, 'new-'));
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(modules, 'vite/bin/vite.js'), 'build', root, '--outDir', fresh, '--emptyOutDir', '--logLevel', 'error'],
    { env: { ...process.env, NODE_ENV: 'production' }, encoding: 'utf8', timeout: 120_000 },
  );
  if (status !== 0) throw new Error(`The page could not be built:\n${stderr}`);
  // Another spec file may have built the same meanwhile: the first one stands.
  try {
    renameSync(fresh, folder);
  } catch {
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
};
