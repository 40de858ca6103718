import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeyStoreUnusable } from './key-store.ts';

// The real path of something that need not exist yet: links above it are followed.
const realPath = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
};

const isInside = (path: string, folder: string): boolean => {
  const way = relative(realPath(resolve(folder)), realPath(resolve(path)));
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
};

/** The path of a `file:` URL with an absolute path. Throws {@link KeyStoreUnusable}. */
export const pathOf = (url: string): string => {
  if (!/^file:(\/|\/\/\/)[^/]/.test(url))
    throw new KeyStoreUnusable(
      `KEYS_URL ${url} is not a file: URL with an absolute path, such as file:/var/lib/keys.sqlite`,
    );
  return fileURLToPath(url);
};

/** Refuses a path within one of the folders: a backup of the ledger's cluster would bring every erased person back. */
export const refuseInside = (path: string, folders: readonly string[]): void => {
  const folder = folders.find((folder) => isInside(path, folder));
  if (folder !== undefined)
    throw new KeyStoreUnusable(
      `the keys at ${path} lie inside the ledger's own folder ${folder}, where each of its backups would hold them: keep them apart`,
    );
};
