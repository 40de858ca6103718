import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A key file that cannot be signed with. The message names it and says what to do. */
export class SigningKeyUnusable extends Error {
  override readonly name = 'SigningKeyUnusable';
}

/** An Ed25519 pair. */
export type SigningKey = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

// Linked into place: whoever starts at the same moment reads a whole key, and all read the same.
const create = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  try {
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside);
  }
};

/**
 * The key that checkpoints are signed with: Ed25519, PKCS #8 in PEM, in a file that not everybody may read. Made (mode
 * 0600) only where `mayCreate`. Throws {@link SigningKeyUnusable}.
 */
export const signingKey = (path: string, mayCreate: boolean): SigningKey => {
  if (!existsSync(path)) {
    if (!mayCreate)
      throw new SigningKeyUnusable(
        `the key of checkpoints ${path} is missing: bring it back, or make one with \`openssl genpkey -algorithm ed25519\``,
      );
    create(path);
  }
  if (statSync(path).mode & 0o007)
    throw new SigningKeyUnusable(`the key of checkpoints ${path} is open to everybody on this machine: chmod 600 it`);
  const privateKey = parsed(path);
  if (privateKey?.asymmetricKeyType !== 'ed25519')
    throw new SigningKeyUnusable(`the key of checkpoints ${path} is not an Ed25519 private key in PEM (PKCS #8)`);
  return { privateKey, publicKey: createPublicKey(privateKey) };
};

const parsed = (path: string): KeyObject | undefined => {
  try {
    return createPrivateKey(readFileSync(path));
  } catch {
    return undefined;
  }
};
