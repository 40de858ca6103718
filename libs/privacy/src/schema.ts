import type { DatabaseSync } from 'node:sqlite';
import { KeyStoreUnusable } from './key-store.ts';

/** The version of {@link schema}. */
export const schemaVersion = 2;

/** Who gets no key any more. */
const erased = `
  create table erased (
    nth integer primary key autoincrement, tenant text not null, owner text not null, unique (tenant, owner)
  ) strict;`;

/**
 * The tables of a store of keys. A key without material is a destroyed one. `kek` says which key-encryption key wraps the
 * material: `nth` of its row.
 */
export const schema = `
  create table store (id text not null) strict;
  create table kek (
    nth integer primary key, id text not null unique, noted text, made_at text not null, forgotten_at text
  ) strict;
  create table key (
    tenant text not null, id text not null, material blob, kek integer not null default 1, primary key (tenant, id)
  ) strict, without rowid;
  create table secret (
    tenant text not null, purpose text not null, material blob not null, kek integer not null default 1,
    primary key (tenant, purpose)
  ) strict, without rowid;
  ${erased}
  pragma user_version = ${schemaVersion}`;

/** From version 1, which knew one key-encryption key, and had a proof of it in `store`. */
export const upgrade = `
  create table kek (
    nth integer primary key, id text not null unique, noted text, made_at text not null, forgotten_at text
  ) strict;
  alter table key add column kek integer not null default 1;
  alter table secret add column kek integer not null default 1;
  alter table store drop column proof;
  ${erased}
  pragma user_version = ${schemaVersion}`;

/** SQLITE_BUSY, of whichever kind: another process has the lock, and kept it for as long as it was waited for. */
const isBusy = (error: unknown): boolean => ((error as { errcode?: number }).errcode ?? 0) % 256 === 5;

/** What needs the store's lock; {@link KeyStoreUnusable} where another process kept it for as long as it was waited for. */
export const locked = <Result>(db: DatabaseSync, run: () => Result): Result => {
  try {
    return run();
  } catch (error) {
    if (!isBusy(error)) throw error;
    const message = `another process holds the lock of the key store ${db.location()} and does not let go of it`;
    const what = 'a rotation, a backup, or a service that stands still: wait for it or end it, then do the same again';
    throw new KeyStoreUnusable(`${message} (${what}; a rotation goes on with --go-on)`, { cause: error });
  }
};

/** A key's quarter: what its id ends with. */
export const quarterColumn = 'substr(id, -6)';

/** So that keys are found by their quarter. Older releases work with a store that has it: it makes no new version. */
export const index = `
  create index if not exists key_quarter on key (tenant, ${quarterColumn}, id) where material is not null`;

/** Runs with the store's write lock; commits, or rolls back and throws. Throws {@link KeyStoreUnusable} where it cannot have it. */
export const transaction = <Result>(db: DatabaseSync, run: () => Result): Result => {
  locked(db, () => db.exec('begin immediate'));
  try {
    const result = run();
    db.exec('commit');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
};

/**
 * Empties the write-ahead log, which holds pages as they were before something was destroyed or wrapped anew. Answers
 * whether it could: not where another process still reads it, though that was waited for.
 */
export const emptyLog = (db: DatabaseSync): boolean => {
  const { busy } = db.prepare('pragma wal_checkpoint(truncate)').get() as { busy: number };
  return busy === 0;
};
