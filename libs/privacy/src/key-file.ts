import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { dirname } from 'node:path';

const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

/**
 * Puts a key into a file that is not there yet, durable and for its owner alone (mode 0600). Written aside and linked into
 * place: whoever starts at the same moment reads a whole key or none, and all read the same. A file that came to be there
 * meanwhile stays. Throws the file system's errors.
 */
export const makeKeyFile = (path: string, text: string): void => {
  const aside = `${path}.${randomUUID()}`;
  try {
    writeFileSync(aside, text, { mode: 0o600, flag: 'wx', flush: true });
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  syncFolder(dirname(path));
};

/** Puts another text into a file of keys, with the rights that it had; whoever reads meanwhile reads one of both, whole. */
export const replaceKeyFile = (path: string, text: string): void => {
  const aside = `${path}.${randomUUID()}`;
  try {
    writeFileSync(aside, text, { mode: 0o600, flag: 'wx', flush: true });
    chmodSync(aside, statSync(path).mode & 0o777);
    renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
  syncFolder(dirname(path));
};
