import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BoxBroken, decrypt } from './box.ts';
import { kekHolder, kekPath } from './kek-holder.ts';
import { memoryHolder } from './kek.ts';
import { KeyStoreUnusable } from './key-store.ts';
import { pathOf, refuseInside } from './place.ts';
import { emptyLog, index, locked, schema, schemaVersion, transaction, upgrade } from './schema.ts';
import { type Keks, storeKeks } from './store-keks.ts';

/** Where the keys are. */
export type KeyStorePlace = {
  /** `file:` and an absolute path. */
  readonly url: string;
  /** Where key-encryption keys are: the path of a file, or `exec:` and that of a program which wraps and unwraps. */
  readonly kek: string;
  /** For how long another process is waited for that has the store's lock, in milliseconds; 10 000 unless given. */
  readonly waitMs?: number;
  /** Folders that are backed up with the data (the ledger's cluster): keys within them are refused. */
  readonly apartFrom?: readonly string[];
};

/** An opened file of keys. */
export type StoreFile = { readonly db: DatabaseSync; readonly id: string; readonly keks: Keks };

const openFile = (path: string, timeout: number): DatabaseSync => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return new DatabaseSync(path, { timeout });
};

const prepare = (db: DatabaseSync, path: string): void => {
  try {
    // With a write-ahead log, `full` syncs it at every commit: one sync, and what resolved is durable.
    locked(db, () => db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on'));
  } catch (error) {
    if (error instanceof KeyStoreUnusable) throw error;
    throw new KeyStoreUnusable(`${path} is not a key store: ${(error as Error).message}`);
  }
};

const versionOf = (db: DatabaseSync): number =>
  (db.prepare('pragma user_version').get() as { user_version: number }).user_version;

const create = (db: DatabaseSync, kek: string): Keks => {
  db.exec(schema);
  db.prepare('insert into store (id) values (?)').run(randomUUID());
  const keks = storeKeks(db, kekHolder(kek));
  keks.add(new Date());
  return keks;
};

// The one key-encryption key of version 1 has to open what was sealed as a proof of it.
const upgraded = (db: DatabaseSync, path: string, kek: string): Keks => {
  const missing = `the key-encryption key ${kekPath(kek)} is missing, and the key store ${path} holds keys wrapped by it`;
  if (!existsSync(kekPath(kek))) throw new KeyStoreUnusable(`${missing}: bring the file back`);
  const { id, proof } = db.prepare('select id, proof from store').get() as { id: string; proof: Uint8Array };
  db.exec(upgrade);
  const keks = storeKeks(db, kekHolder(kek));
  try {
    decrypt(keks.add(new Date()).key, `store ${id}`, proof);
  } catch (error) {
    if (!(error instanceof BoxBroken)) throw error;
    throw new KeyStoreUnusable(`the key-encryption key ${kekPath(kek)} is not the one that wraps the keys of ${path}`);
  }
  return keks;
};

// All that anything may lie under are looked for at start, and not at the first mail that cannot be opened.
const known = (db: DatabaseSync, kek: string): Keks => {
  const keks = storeKeks(db, kekHolder(kek));
  for (const { nth } of keks.rows()) keks.of(nth);
  return keks;
};

const identify = (db: DatabaseSync, path: string, kek: string, mayMake: boolean): StoreFile =>
  transaction(db, () => {
    const version = versionOf(db);
    if (version > schemaVersion)
      throw new KeyStoreUnusable(`the key store ${path} is of version ${version}, made by a newer release`);
    if (version === 0 && !mayMake) throw new KeyStoreUnusable(`${path} is not a key store`);
    const keks = version === 0 ? create(db, kek) : version === 1 ? upgraded(db, path, kek) : known(db, kek);
    db.exec(index);
    return { db, keks, id: (db.prepare('select id from store').get() as { id: string }).id };
  });

/** Opens a file of keys, made where it is missing and that is allowed. Throws {@link KeyStoreUnusable}. */
export const openStoreFile = (
  { url, kek, apartFrom = [], waitMs = 10_000 }: KeyStorePlace,
  mayMake: boolean,
): StoreFile => {
  const path = pathOf(url);
  refuseInside(path, apartFrom);
  refuseInside(kekPath(kek), apartFrom);
  if (!mayMake && !existsSync(path)) throw new KeyStoreUnusable(`there is no key store at ${path}`);
  const db = openFile(path, waitMs);
  try {
    prepare(db, path);
    const store = identify(db, path, kek, mayMake);
    // Who destroyed something may have ended before the log was empty.
    emptyLog(db);
    return store;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** A store that ends with the process: for specs. */
export const memoryStore = (): StoreFile => {
  const db = new DatabaseSync(':memory:');
  db.exec(schema);
  db.exec(index);
  const keks = storeKeks(db, memoryHolder());
  keks.add(new Date());
  return { db, id: randomUUID(), keks };
};
