import { execFileSync } from 'node:child_process';
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { type KekHolder, kekId } from './kek.ts';
import { KeyStoreUnusable } from './key-store.ts';

/** Milliseconds that the program may take. */
const patience = 30_000;

const call = (path: string, what: 'wrap' | 'unwrap', input: string): string => {
  try {
    return execFileSync(path, [what], { input, encoding: 'utf8', timeout: patience, stdio: 'pipe' }).trim();
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new KeyStoreUnusable(
      `the program ${path}, which holds the key-encryption key, does not ${what}: ${stderr?.trim() || message}`,
    );
  }
};

const unwrapped = (path: string, noted: string): KeyObject => {
  const bytes = Buffer.from(call(path, 'unwrap', noted), 'base64');
  if (bytes.length === 32) return createSecretKey(bytes);
  throw new KeyStoreUnusable(`what the program ${path} unwraps is not 32 bytes in base64, as it was given to wrap`);
};

/**
 * A KMS behind a program of the operator's. It is called with `wrap` or `unwrap`, reads a text and says the other one: to
 * wrap it is given 32 bytes in base64, and what it makes of them the store notes. It is asked at start and once after a
 * rotation, and all else waits for it, 30 s at most: without the key nothing could be sealed.
 */
export const programHolder = (path: string): KekHolder => ({
  place: path,
  find: (wanted, noted) => {
    if (noted === null) return undefined;
    const key = unwrapped(path, noted);
    return kekId(key) === wanted ? key : undefined;
  },
  next: () => {
    const bytes = randomBytes(32);
    const noted = call(path, 'wrap', bytes.toString('base64'));
    const key = createSecretKey(bytes);
    // What cannot be brought back must not wrap anything.
    if (unwrapped(path, noted).equals(key)) return { key, noted };
    throw new KeyStoreUnusable(`the program ${path} does not unwrap what it wrapped`);
  },
  // What it wrapped was in the store alone.
  drop: () => {},
});
