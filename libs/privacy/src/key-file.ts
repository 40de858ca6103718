import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { dirname } from 'node:path';

const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

/**
 * Puts a key into a file that is not there yet, durable and for its owner alone (mode 0600). Written aside and linked into
 * place: whoever starts at the same moment reads a whole key or none, and all read the same. A file that came to be there
 * meanwhile stays. Answers whether the text is what lies there now. Throws the file system's errors.
 */
export const makeKeyFile = (path: string, text: string): boolean => {
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
  return readFileSync(path, 'utf8') === text;
};

/**
 * Puts another text into a file of keys in place of the one that was read, with the rights that it had; whoever reads
 * meanwhile reads one of both, whole. Answers whether it did: a file in which something else stands by now is left as it
 * is. Two who write at one moment have to take turns by a lock of their own.
 */
export const replaceKeyFile = (path: string, was: string, text: string): boolean => {
  const aside = `${path}.${randomUUID()}`;
  try {
    writeFileSync(aside, text, { mode: 0o600, flag: 'wx', flush: true });
    chmodSync(aside, statSync(path).mode & 0o777);
    if (readFileSync(path, 'utf8') !== was) return false;
    renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
  syncFolder(dirname(path));
  return true;
};
