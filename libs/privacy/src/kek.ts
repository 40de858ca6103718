import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { KeyStoreUnusable } from './key-store.ts';

const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

// Written aside and linked into place: whoever starts at the same moment reads a whole key or none, and all read the same.
const create = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const aside = `${path}.${process.pid}`;
  rmSync(aside, { force: true });
  const descriptor = openSync(aside, 'wx', 0o600);
  writeSync(descriptor, `${randomBytes(32).toString('base64')}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  try {
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside);
  }
  syncFolder(dirname(path));
};

/**
 * The key that wraps all others: 32 bytes in base64, in a file that not everybody may read and that no backup of the
 * data or of the keys should hold. Made (mode 0600) only where `mayCreate`. Throws {@link KeyStoreUnusable}.
 */
export const keyEncryptionKey = (path: string, mayCreate: boolean): KeyObject => {
  if (!existsSync(path)) {
    if (!mayCreate)
      throw new KeyStoreUnusable(
        `the key-encryption key ${path} is missing, and the key store holds keys wrapped by it: bring the file back`,
      );
    create(path);
  }
  if (statSync(path).mode & 0o007)
    throw new KeyStoreUnusable(`the key-encryption key ${path} is open to everybody on this machine: chmod 600 it`);
  const bytes = Buffer.from(readFileSync(path, 'ascii').trim(), 'base64');
  if (bytes.length !== 32) throw new KeyStoreUnusable(`the key-encryption key ${path} is not 32 bytes in base64`);
  return createSecretKey(bytes);
};
