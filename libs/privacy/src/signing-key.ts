import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeKeyFile } from './key-file.ts';

/** A key file that cannot be signed with. The message names it and says what to do. */
export class SigningKeyUnusable extends Error {
  override readonly name = 'SigningKeyUnusable';
}

/** An Ed25519 pair. */
export type SigningKey = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

const create = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  makeKeyFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
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

/**
 * The same for the folder that checkpoints go to, which is made where it is missing: a key is made only where nothing was
 * signed yet, since another one would disown what was.
 */
export const signingKeyOf = (
  { key, folder }: { readonly key: string; readonly folder: string },
  mayCreate: boolean,
): SigningKey => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return signingKey(key, mayCreate && readdirSync(folder).length === 0);
};

const parsed = (path: string): KeyObject | undefined => {
  try {
    return createPrivateKey(readFileSync(path));
  } catch {
    return undefined;
  }
};
