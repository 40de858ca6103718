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

const linesOf = (path: string): Line[] => {
  if (!existsSync(path)) return [];
  if (statSync(path).mode & 0o007)
    throw new KeyStoreUnusable(`the key-encryption key ${path} is open to everybody on this machine: chmod 600 it`);
  const lines = readFileSync(path, 'ascii').trim().split('\n');
  return lines.map((text) => lineOf(path, text.trim()));
};

const write = (path: string, lines: readonly string[]): void => {
  const text = lines.map((line) => `${line}\n`).join('');
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    (existsSync(path) ? replaceKeyFile : makeKeyFile)(path, text);
  } catch (error) {
    throw new KeyStoreUnusable(
      `the key-encryption key ${path} cannot be written (${(error as Error).message}): change its lines by hand, the newest first`,
    );
  }
};

/**
 * Keys in a file that not everybody may read, and that no backup of the data or of the keys should hold: each 32 bytes in
 * base64 on a line, the newest first. Made with mode 0600; a file that is there keeps its mode.
 */
export const fileHolder = (path: string): KekHolder => ({
  place: path,
  find: (wanted) => linesOf(path).find(({ id }) => id === wanted)?.key,
  next: (known) => {
    const lines = linesOf(path);
    const waiting = lines.find(({ id }) => !known.includes(id));
    if (waiting) return { key: waiting.key, noted: null };
    write(path, [randomBytes(32).toString('base64'), ...lines.map(({ text }) => text)]);
    // Another process may have made the file at the same moment: what lies there holds.
    return { key: linesOf(path)[0]!.key, noted: null };
  },
  drop: (ids) => {
    const lines = linesOf(path);
    const kept = lines.filter(({ id }) => !ids.includes(id)).map(({ text }) => text);
    if (kept.length < lines.length) write(path, kept);
  },
});
