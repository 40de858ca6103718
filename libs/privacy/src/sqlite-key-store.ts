import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BoxBroken, decrypt, encrypt } from './box.ts';
import { keyEncryptionKey } from './kek.ts';
import { keyRows, schema, transaction } from './key-rows.ts';
import { type KeyStore, KeyStoreUnusable } from './key-store.ts';
import { keysInRows } from './keys-in-rows.ts';
import { pathOf, refuseInside } from './place.ts';

/** Where the keys are. */
export type KeyStoreOptions = {
  /** `file:` and an absolute path; made, with its folder, where it is not there. */
  readonly url: string;
  /** Path of the key-encryption key; made only together with a new store. */
  readonly kek: string;
  /** Folders that are backed up with the data (the ledger's cluster): keys within them are refused. */
  readonly apartFrom?: readonly string[];
  /** How many keys are held ready; 50 000 by default, some 30 MB. */
  readonly cached?: number;
};

const openFile = (path: string): DatabaseSync => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return new DatabaseSync(path, { timeout: 10_000 });
};

const prepare = (db: DatabaseSync, path: string): void => {
  try {
    // With a write-ahead log, `full` syncs it at every commit: one sync, and what resolved is durable.
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on');
  } catch (error) {
    throw new KeyStoreUnusable(`${path} is not a key store: ${(error as Error).message}`);
  }
  const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: number };
  if (version > 1)
    throw new KeyStoreUnusable(`the key store ${path} is of version ${version}, made by a newer release`);
};

// One row says whose key-encryption key this is: any other one is found at start, not at the first mail it cannot open.
const identify = (db: DatabaseSync, path: string, kek: (mayCreate: boolean) => KeyObject, kekPath: string) =>
  transaction(db, () => {
    db.exec(schema);
    const row = db.prepare('select id, proof from store').get() as { id: string; proof: Uint8Array } | undefined;
    const wrapping = kek(row === undefined);
    if (row === undefined) {
      const id = randomUUID();
      db.prepare('insert into store (id, proof) values (?, ?)').run(id, encrypt(wrapping, `store ${id}`, id));
      return { id, wrapping };
    }
    try {
      decrypt(wrapping, `store ${row.id}`, row.proof);
    } catch (error) {
      if (!(error instanceof BoxBroken)) throw error;
      throw new KeyStoreUnusable(`the key-encryption key ${kekPath} is not the one that wraps the keys of ${path}`);
    }
    return { id: row.id, wrapping };
  });

/**
 * Opens the file of keys, new or not. Several processes of one machine may share it. Refuses to start
 * ({@link KeyStoreUnusable}) where the key-encryption key is missing, wrong or open to everybody, or the place is not apart.
 */
export const openKeyStore = async (options: KeyStoreOptions): Promise<KeyStore> => {
  const path = pathOf(options.url);
  refuseInside(path, options.apartFrom ?? []);
  refuseInside(options.kek, options.apartFrom ?? []);
  const db = openFile(path);
  try {
    prepare(db, path);
    const kek = (mayCreate: boolean) => keyEncryptionKey(options.kek, mayCreate);
    const { id, wrapping } = identify(db, path, kek, options.kek);
    return keysInRows(keyRows(db, wrapping), id, options.cached ?? 50_000);
  } catch (error) {
    db.close();
    throw error;
  }
};

/** Keys that end with the process: for specs. */
export const memoryKeyStore = (): KeyStore => {
  const db = new DatabaseSync(':memory:');
  db.exec(schema);
  return keysInRows(keyRows(db, createSecretKey(randomBytes(32))), randomUUID(), 50_000);
};
