import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { decrypt, encrypt } from './box.ts';
import { erasedOwners } from './erased.ts';
import { type KeyId, ownerOf, type Purpose } from './key-store.ts';
import { emptyLog, quarterColumn, transaction } from './schema.ts';
import type { Keks } from './store-keks.ts';

/** A key, or that it was destroyed. */
export type Found = Map<KeyId, KeyObject | 'destroyed'>;

/** Keys as rows, wrapped. Everything happens at once: what returns is durable. */
export type KeyRows = ReturnType<typeof keyRows>;

type Row = { id: KeyId; material: Uint8Array | null; kek: number };

/** What a key or secret is bound to, so that none can be put into another's place. */
export const placeOf = (tenant: string, id: string): string => `${tenant}\n${id}`;
export const secretPlace = (tenant: string, purpose: string): string => placeOf(tenant, `secret ${purpose}`);

export const keyRows = (db: DatabaseSync, keks: Keks) => {
  const among = 'tenant = ? and id in (select value from json_each(?))';
  const select = db.prepare(`select id, material, kek from key where ${among}`);
  const owned = db.prepare(`select id from key where tenant = ? and id > ? and id < ? and material is not null`);
  const erased = erasedOwners(db);
  const nextQuarter = db.prepare(
    `select ${quarterColumn} as quarter from key indexed by key_quarter where tenant = ? and ${quarterColumn} > ? and material is not null
     order by ${quarterColumn} limit 1`,
  );
  const inQuarter = db.prepare(
    `select id from key indexed by key_quarter
     where tenant = ? and ${quarterColumn} = ? and id > ? and material is not null order by id limit ?`,
  );
  const insert = db.prepare('insert into key (tenant, id, material, kek) values (?, ?, ?, ?)');
  const bury = db.prepare(
    'insert into key (tenant, id) values (?, ?) on conflict (tenant, id) do update set material = null',
  );
  const selectSecret = db.prepare('select material, kek from secret where tenant = ? and purpose = ?');
  const insertSecret = db.prepare('insert into secret (tenant, purpose, material, kek) values (?, ?, ?, ?)');

  const unwrap = (place: string, material: Uint8Array, kek: number): KeyObject =>
    createSecretKey(decrypt(keks.of(kek), place, material));
  const wrapNew = (place: string) => {
    const bytes = randomBytes(32);
    const { nth, key: wrapping } = keks.current();
    return { key: createSecretKey(bytes), material: encrypt(wrapping, place, bytes), kek: nth };
  };

  const load = (tenant: string, ids: readonly KeyId[]): Found => {
    const rows = select.all(tenant, JSON.stringify(ids)) as Row[];
    const found: Found = new Map(
      rows.map(({ id, material, kek }) => [id, material ? unwrap(placeOf(tenant, id), material, kek) : 'destroyed']),
    );
    for (const id of ids) if (!found.has(id) && erased.has(tenant, ownerOf(id))) found.set(id, 'destroyed');
    return found;
  };

  const create = (tenant: string, ids: readonly KeyId[]): Found => {
    erased.refresh();
    const found = load(tenant, ids);
    for (const id of ids) {
      if (found.has(id)) continue;
      const { key, material, kek } = wrapNew(placeOf(tenant, id));
      insert.run(tenant, id, material, kek);
      found.set(id, key);
    }
    return found;
  };

  // Ids of an owner lie between `owner/` and `owner0`: 0 is the character after the slash.
  const ownedBy = (tenant: string, owner: string): KeyId[] =>
    (owned.all(tenant, `${owner}/`, `${owner}0`) as { id: KeyId }[]).map(({ id }) => id);

  const settle = (): void => {
    if (emptyLog(db)) return;
    throw new Error(
      'keys are destroyed, but another process still reads the log that they stand in: destroy them again',
    );
  };

  const loadSecret = (tenant: string, purpose: Purpose): KeyObject | undefined => {
    const row = selectSecret.get(tenant, purpose) as { material: Uint8Array; kek: number } | undefined;
    return row && unwrap(secretPlace(tenant, purpose), row.material, row.kek);
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

    ownedBy,

    quarters: (tenant: string): string[] => {
      const all: string[] = [];
      const after = (quarter: string) => nextQuarter.get(tenant, quarter) as { quarter: string } | undefined;
      for (let next = after(''); next; next = after(next.quarter)) all.push(next.quarter);
      return all;
    },

    sealedIn: (tenant: string, quarter: string, after: KeyId, limit: number): KeyId[] =>
      (inQuarter.all(tenant, quarter, after, limit) as { id: KeyId }[]).map(({ id }) => id),

    /** Overwrites the material in its page (`secure_delete`), then empties the log that held the page as it was. */
    destroy: (tenant: string, ids: readonly KeyId[]): void => {
      transaction(db, () => ids.forEach((id) => bury.run(tenant, id)));
      settle();
    },

    /** The same of all keys that these owners have and of the others named; in one commit with the owners being erased ones. */
    erase: (tenant: string, owners: readonly string[], ids: readonly KeyId[]): readonly KeyId[] => {
      const all = transaction(db, () => {
        for (const owner of owners) erased.add(tenant, owner);
        const gone = [...new Set([...owners.flatMap((owner) => ownedBy(tenant, owner)), ...ids])];
        for (const id of gone) bury.run(tenant, id);
        return gone;
      });
      erased.refresh();
      settle();
      return all;
    },

    settle,

    isErased: erased.has,
    refresh: erased.refresh,

    secret: (tenant: string, purpose: Purpose): KeyObject =>
      loadSecret(tenant, purpose) ??
      transaction(db, () => {
        const other = loadSecret(tenant, purpose);
        if (other) return other;
        const { key, material, kek } = wrapNew(secretPlace(tenant, purpose));
        insertSecret.run(tenant, purpose, material, kek);
        return key;
      }),

    close: () => db.close(),
  };
};
