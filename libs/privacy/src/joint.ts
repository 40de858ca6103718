import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { boundedCache } from './cache.ts';
import type { KeyId } from './key-store.ts';

type Derived = { readonly from: readonly KeyObject[]; readonly key: KeyObject };

// Many owners are rare, their names long: not worth keeping.
const keptUpTo = 16;

const derive = (from: readonly KeyObject[]): KeyObject => {
  const material = Buffer.concat(from.map((key) => key.export()));
  return createSecretKey(Buffer.from(hkdfSync('sha256', material, '', 'throughline joint key', 32)));
};

/**
 * The key of several owners together: their own where it is one, else HKDF-SHA256 of all of theirs, in the order of their
 * ids. Undefined where any is missing. What was derived before is used again only while every single key is still there.
 */
export const jointKeys = () => {
  const derived = boundedCache<Derived>(10_000);
  return (tenant: string, ids: readonly KeyId[], keys: ReadonlyMap<KeyId, KeyObject>): KeyObject | undefined => {
    if (ids.length === 1) return keys.get(ids[0]!);
    const from = ids.map((id) => keys.get(id));
    if (!from.every((key) => key !== undefined)) return undefined;
    if (ids.length > keptUpTo) return derive(from);
    const name = `${tenant}\n${ids.join()}`;
    const known = derived.get(name);
    if (known?.from.every((key, index) => key === from[index])) return known.key;
    const key = derive(from);
    derived.set(name, { from, key });
    return key;
  };
};
