import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type KekHolder, kekId } from './kek.ts';
import { makeKeyFile, replaceKeyFile } from './key-file.ts';
import { KeyStoreUnusable } from './key-store.ts';

type Line = { readonly id: string; readonly key: KeyObject; readonly text: string };

const lineOf = (path: string, text: string): Line => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32) throw new KeyStoreUnusable(`the key-encryption key ${path} is not 32 bytes in base64`);
  const key = createSecretKey(bytes);
  return { id: kekId(key), key, text };
};

/** The file as it was read: what is written instead is written only where it is still so. */
type Read = { readonly text: string | undefined; readonly lines: readonly Line[] };

const read = (path: string): Read => {
  if (!existsSync(path)) return { text: undefined, lines: [] };
  if (statSync(path).mode & 0o007)
    throw new KeyStoreUnusable(`the key-encryption key ${path} is open to everybody on this machine: chmod 600 it`);
  const text = readFileSync(path, 'utf8');
  const lines = text.trim().split('\n');
  return { text, lines: lines.map((line) => lineOf(path, line.trim())) };
};

const put = (path: string, was: string | undefined, text: string): boolean => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return was === undefined ? makeKeyFile(path, text) : replaceKeyFile(path, was, text);
  } catch (error) {
    throw new KeyStoreUnusable(
      `the key-encryption key ${path} cannot be written (${(error as Error).message}): change its lines by hand, the newest first`,
    );
  }
};

const write = (path: string, was: Read, lines: readonly Line[]): void => {
  if (put(path, was.text, lines.map(({ text }) => `${text}\n`).join(''))) return;
  throw new KeyStoreUnusable(`the key-encryption key ${path} was changed by somebody else meanwhile: do it again`);
};

/**
 * Keys in a file that not everybody may read, and that no backup of the data or of the keys should hold: each 32 bytes in
 * base64 on a line, the newest first. Made with mode 0600; a file that is there keeps its mode.
 */
export const fileHolder = (path: string): KekHolder => ({
  place: path,
  find: (wanted) => read(path).lines.find(({ id }) => id === wanted)?.key,
  next: (known) => {
    const found = read(path);
    const waiting = found.lines.find(({ id }) => !known.includes(id));
    if (waiting) return { key: waiting.key, noted: null };
    const made = lineOf(path, randomBytes(32).toString('base64'));
    write(path, found, [made, ...found.lines]);
    return { key: made.key, noted: null };
  },
  drop: (ids) => {
    const found = read(path);
    const kept = found.lines.filter(({ id }) => !ids.includes(id));
    if (kept.length < found.lines.length) write(path, found, kept);
  },
});
