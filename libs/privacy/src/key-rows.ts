import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { decrypt, encrypt } from './box.ts';
import type { KeyId, Purpose } from './key-store.ts';

/** The tables of a store of keys. A key without material is a destroyed one. */
export const schema = `
  create table if not exists store (id text not null, proof blob not null) strict;
  create table if not exists key (
    tenant text not null, id text not null, material blob, primary key (tenant, id)
  ) strict, without rowid;
  create table if not exists secret (
    tenant text not null, purpose text not null, material blob not null, primary key (tenant, purpose)
  ) strict, without rowid;
  pragma user_version = 1`;

/** Runs with the store's write lock; commits, or rolls back and throws. */
export const transaction = <Result>(db: DatabaseSync, run: () => Result): Result => {
  db.exec('begin immediate');
  try {
    const result = run();
    db.exec('commit');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
};

/** A key, or that it was destroyed. */
export type Found = Map<KeyId, KeyObject | 'destroyed'>;

/** Keys as rows, wrapped. Everything happens at once: what returns is durable. */
export type KeyRows = ReturnType<typeof keyRows>;

type Row = { id: KeyId; material: Uint8Array | null };

export const keyRows = (db: DatabaseSync, wrapping: KeyObject) => {
  const among = 'tenant = ? and id in (select value from json_each(?))';
  const select = db.prepare(`select id, material from key where ${among}`);
  const owned = db.prepare(`select id from key where tenant = ? and id > ? and id < ? and material is not null`);
  const insert = db.prepare('insert into key (tenant, id, material) values (?, ?, ?)');
  const bury = db.prepare(
    'insert into key (tenant, id) values (?, ?) on conflict (tenant, id) do update set material = null',
  );
  const selectSecret = db.prepare('select material from secret where tenant = ? and purpose = ?');
  const insertSecret = db.prepare('insert into secret (tenant, purpose, material) values (?, ?, ?)');
  const checkpoint = db.prepare('pragma wal_checkpoint(truncate)');

  const place = (tenant: string, id: string) => `${tenant}\n${id}`;
  const unwrap = (tenant: string, id: string, material: Uint8Array): KeyObject =>
    createSecretKey(decrypt(wrapping, place(tenant, id), material));
  const wrapNew = (tenant: string, id: string): { key: KeyObject; material: Buffer } => {
    const bytes = randomBytes(32);
    return { key: createSecretKey(bytes), material: encrypt(wrapping, place(tenant, id), bytes) };
  };

  const load = (tenant: string, ids: readonly KeyId[]): Found => {
    const rows = select.all(tenant, JSON.stringify(ids)) as Row[];
    return new Map(rows.map(({ id, material }) => [id, material ? unwrap(tenant, id, material) : 'destroyed']));
  };

  const create = (tenant: string, ids: readonly KeyId[]): Found => {
    const found = load(tenant, ids);
    for (const id of ids) {
      if (found.has(id)) continue;
      const { key, material } = wrapNew(tenant, id);
      insert.run(tenant, id, material);
      found.set(id, key);
    }
    return found;
  };

  const loadSecret = (tenant: string, purpose: Purpose): KeyObject | undefined => {
    const row = selectSecret.get(tenant, purpose) as { material: Uint8Array } | undefined;
    return row && unwrap(tenant, `secret ${purpose}`, row.material);
  };

  return {
    load,

    /** The keys of several tenants, made where missing, in one commit at most. */
    make: (wanted: ReadonlyMap<string, ReadonlySet<KeyId>>): Map<string, Found> => {
      const found = new Map(Array.from(wanted, ([tenant, ids]) => [tenant, load(tenant, [...ids])]));
      const missing = Array.from(wanted, ([tenant, ids]) => ({
        tenant,
        ids: [...ids].filter((id) => !found.get(tenant)!.has(id)),
      })).filter(({ ids }) => ids.length > 0);
      if (missing.length === 0) return found;
      const made = transaction(db, () => missing.map(({ tenant, ids }) => ({ tenant, keys: create(tenant, ids) })));
      for (const { tenant, keys } of made) for (const [id, key] of keys) found.get(tenant)!.set(id, key);
      return found;
    },

    // Ids of an owner lie between `owner/` and `owner0`: 0 is the character after the slash.
    ownedBy: (tenant: string, owner: string): KeyId[] =>
      (owned.all(tenant, `${owner}/`, `${owner}0`) as { id: KeyId }[]).map(({ id }) => id),

    /** Overwrites the material in its page (`secure_delete`), then empties the log that held the page as it was. */
    destroy: (tenant: string, ids: readonly KeyId[]): void => {
      transaction(db, () => ids.forEach((id) => bury.run(tenant, id)));
      const { busy } = checkpoint.get() as { busy: number };
      if (busy)
        throw new Error('the keys are destroyed, but another process still reads their log: destroy them again');
    },

    secret: (tenant: string, purpose: Purpose): KeyObject =>
      loadSecret(tenant, purpose) ??
      transaction(db, () => {
        const other = loadSecret(tenant, purpose);
        if (other) return other;
        const { key, material } = wrapNew(tenant, `secret ${purpose}`);
        insertSecret.run(tenant, purpose, material);
        return key;
      }),

    close: () => db.close(),
  };
};
