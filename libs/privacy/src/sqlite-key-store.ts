import { keyRows } from './key-rows.ts';
import type { KeyStore } from './key-store.ts';
import { keysInRows } from './keys-in-rows.ts';
import { type KeyStorePlace, memoryStore, openStoreFile, type StoreFile } from './store-file.ts';

/** Where the keys are, and how many are held. */
export type KeyStoreOptions = KeyStorePlace & {
  /** How many keys are held ready; 50 000 by default, some 30 MB. */
  readonly cached?: number;
};

const keyStore = ({ db, keks, id }: StoreFile, cached = 50_000): KeyStore => keysInRows(keyRows(db, keks), id, cached);

/**
 * Opens the file of keys; it is made, with its folder and the key-encryption key, where it is not there. Several processes
 * of one machine may share it. Refuses to start ({@link KeyStoreUnusable}) where a key-encryption key is missing, wrong or
 * open to everybody, or the place is not apart.
 */
export const openKeyStore = async (options: KeyStoreOptions): Promise<KeyStore> =>
  keyStore(openStoreFile(options, true), options.cached);

/** Keys that end with the process: for specs. */
export const memoryKeyStore = (): KeyStore => keyStore(memoryStore());
