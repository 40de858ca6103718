import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeKeyFile } from './key-file.ts';
import { KeyStoreUnusable } from './key-store.ts';

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
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    makeKeyFile(path, `${randomBytes(32).toString('base64')}\n`);
  }
  if (statSync(path).mode & 0o007)
    throw new KeyStoreUnusable(`the key-encryption key ${path} is open to everybody on this machine: chmod 600 it`);
  const bytes = Buffer.from(readFileSync(path, 'ascii').trim(), 'base64');
  if (bytes.length !== 32) throw new KeyStoreUnusable(`the key-encryption key ${path} is not 32 bytes in base64`);
  return createSecretKey(bytes);
};
