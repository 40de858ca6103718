import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/** A key-encryption key: one that wraps the keys of a store. */
export type Kek = {
  readonly key: KeyObject;
  /** What the store notes of it; null where its holder keeps it alone. */
  readonly noted: string | null;
};

/**
 * What holds key-encryption keys: a file, or a program that speaks to a KMS. Both throw `KeyStoreUnusable`. `next` and
 * `drop` are called with the store's write lock, so that the processes of one store take turns.
 */
export type KekHolder = {
  /** Where that is, for messages. */
  readonly place: string;
  /** The key of this id, where it is held. */
  readonly find: (id: string, noted: string | null) => KeyObject | undefined;
  /** A key that is none of those that the store knew, made where there is none; durable when it returns. */
  readonly next: (known: readonly string[]) => Kek;
  /** Holds these no more, as far as it did. */
  readonly drop: (ids: readonly string[]) => void;
};

/** Names a key-encryption key, and tells nothing of it. */
export const kekId = (key: KeyObject): string =>
  createHmac('sha256', key).update('throughline key-encryption key').digest('hex').slice(0, 16);

/** A holder that ends with the process: for specs. */
export const memoryHolder = (): KekHolder => {
  const keys = new Map<string, KeyObject>();
  return {
    place: 'this process',
    find: (id) => keys.get(id),
    next: () => {
      const key = createSecretKey(randomBytes(32));
      keys.set(kekId(key), key);
      return { key, noted: null };
    },
    drop: (ids) => ids.forEach((id) => keys.delete(id)),
  };
};
