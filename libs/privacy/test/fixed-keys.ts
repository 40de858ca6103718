import { createHash, createSecretKey } from 'node:crypto';
import { type KeyId, type KeyStore, memoryKeyStore } from '../src/index.ts';

/** A store in which every key is known: for samples that must open for ever. */
export const fixedKeys = (): KeyStore => {
  const keysOf = async (_: string, ids: readonly KeyId[]) =>
    new Map(ids.map((id) => [id, createSecretKey(createHash('sha256').update(id).digest())]));
  return { ...memoryKeyStore(), keys: keysOf, find: keysOf };
};
