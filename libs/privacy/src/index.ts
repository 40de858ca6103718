export { BoxBroken } from './box.ts';
export {
  KeyDestroyed,
  type KeyId,
  keyId,
  type KeyStore,
  KeyStoreUnusable,
  type Purpose,
  quarterOf,
} from './key-store.ts';
export { keyedId, mac } from './keyed.ts';
export { maxWords, prefixHashes, prefixQuery, wordHashes } from './search.ts';
export { type KeyStoreOptions, memoryKeyStore, openKeyStore } from './sqlite-key-store.ts';
export { type Opened, type Opener, type Sealed, type SealedEvent, type SealsOf, type Stored, Vault } from './vault.ts';
export { type KekStatus, openRotation, type Rotation } from './rotation.ts';
export type { KeyStorePlace } from './store-file.ts';
export { makeKeyFile } from './key-file.ts';
export { type SigningKey, signingKey, signingKeyOf, SigningKeyUnusable } from './signing-key.ts';
