import type { KeyObject } from 'node:crypto';
import { boundedCache } from './cache.ts';
import type { Found, KeyRows } from './key-rows.ts';
import { KeyDestroyed, type KeyId, type KeyStore } from './key-store.ts';

// A minute: the longest that a key is held which another process destroyed.
const freshFor = 60_000;

type Asked = {
  readonly tenant: string;
  readonly held: Map<KeyId, KeyObject>;
  readonly missing: readonly KeyId[];
  readonly resolve: (keys: ReadonlyMap<KeyId, KeyObject>) => void;
  readonly reject: (error: unknown) => void;
};

const wantedBy = (asked: readonly Asked[]): Map<string, Set<KeyId>> => {
  const wanted = new Map<string, Set<KeyId>>();
  for (const { tenant, missing } of asked) {
    let ids = wanted.get(tenant);
    if (!ids) wanted.set(tenant, (ids = new Set()));
    for (const id of missing) ids.add(id);
  }
  return wanted;
};

const answer = ({ held, missing, resolve, reject }: Asked, found: Found): void => {
  const destroyed = missing.filter((id) => found.get(id) === 'destroyed');
  if (destroyed.length > 0) return reject(new KeyDestroyed(destroyed));
  for (const id of missing) held.set(id, found.get(id) as KeyObject);
  resolve(held);
};

/** A {@link KeyStore} over rows: holds what is in use, and makes what all callers of one moment miss in one commit. */
export const keysInRows = (rows: KeyRows, id: string, cached: number): KeyStore => {
  const cache = boundedCache<KeyObject>(cached, freshFor);
  const secrets = boundedCache<KeyObject>(10_000);
  let asked: Asked[] = [];

  const name = (tenant: string, id: KeyId) => `${tenant}\n${id}`;

  const look = (tenant: string, ids: readonly KeyId[]) => {
    const held = new Map<KeyId, KeyObject>();
    const missing: KeyId[] = [];
    for (const id of ids) {
      const key = cache.get(name(tenant, id));
      if (key) held.set(id, key);
      else missing.push(id);
    }
    return { held, missing };
  };

  const remember = (tenant: string, found: Found): Found => {
    for (const [id, key] of found) if (key !== 'destroyed') cache.set(name(tenant, id), key);
    return found;
  };

  const flush = (): void => {
    const all = asked;
    asked = [];
    try {
      const found = rows.make(wantedBy(all));
      for (const [tenant, keys] of found) remember(tenant, keys);
      for (const one of all) answer(one, found.get(one.tenant)!);
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  };

  return {
    id,

    keys: async (tenant, ids) => {
      const { held, missing } = look(tenant, ids);
      if (missing.length === 0) return held;
      return new Promise((resolve, reject) => {
        if (asked.length === 0) setImmediate(flush);
        asked.push({ tenant, held, missing, resolve, reject });
      });
    },

    find: async (tenant, ids) => {
      const { held, missing } = look(tenant, ids);
      if (missing.length === 0) return held;
      for (const [id, key] of remember(tenant, rows.load(tenant, missing))) if (key !== 'destroyed') held.set(id, key);
      return held;
    },

    ownedBy: async (tenant, owner) => rows.ownedBy(tenant, owner),

    quarters: async (tenant) => rows.quarters(tenant),
    sealedIn: async (tenant, quarter, after, limit) => rows.sealedIn(tenant, quarter, after, limit),

    secret: (tenant, purpose) => {
      let secret = secrets.get(name(tenant, purpose));
      if (!secret) secrets.set(name(tenant, purpose), (secret = rows.secret(tenant, purpose)));
      return secret;
    },

    destroy: async (tenant, ids) => {
      for (const id of ids) cache.delete(name(tenant, id));
      rows.destroy(tenant, ids);
    },

    erase: async (tenant, owners, named) => {
      const held = owners.flatMap((owner) => rows.ownedBy(tenant, owner));
      for (const id of [...held, ...named]) cache.delete(name(tenant, id));
      return rows.erase(tenant, owners, named);
    },

    settle: async () => rows.settle(),

    isErased: rows.isErased,
    refresh: rows.refresh,

    destroyed: async (tenant, ids) => {
      const found = rows.load(tenant, ids);
      return new Set(ids.filter((id) => found.get(id) === 'destroyed'));
    },

    close: () => {
      if (asked.length > 0) flush();
      rows.close();
    },
  };
};
