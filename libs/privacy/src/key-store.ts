import type { KeyObject } from 'node:crypto';

/** Names one key of a tenant: `<owner uuid>/<quarter>`, such as `…/2026Q4`. */
export type KeyId = string;

/** What a tenant's secrets are for. One purpose's secret tells nothing about another's. */
export type Purpose = 'id' | 'mac' | 'search' | 'quarantine' | 'raw';

/**
 * The keys of all tenants, in a store of their own. What it answers may be held for a moment, never kept: a key that is
 * destroyed by another process is forgotten here within a minute.
 */
export interface KeyStore {
  /** Made with the store and never changed: a ledger that remembers it can tell when it is given another store. */
  readonly id: string;
  /** The keys, made where missing; durable before it resolves (all who ask at the same time share one commit). Throws {@link KeyDestroyed}. */
  keys(tenant: string, ids: readonly KeyId[]): Promise<ReadonlyMap<KeyId, KeyObject>>;
  /** Those of the keys that exist. */
  find(tenant: string, ids: readonly KeyId[]): Promise<ReadonlyMap<KeyId, KeyObject>>;
  /** The ids of the keys that an owner has. */
  ownedBy(tenant: string, owner: string): Promise<readonly KeyId[]>;
  /** The quarters of which there are keys, the oldest first; looks at one key of each. */
  quarters(tenant: string): Promise<readonly string[]>;
  /** The next ids of a quarter's keys that exist, in order, at most `limit`. */
  sealedIn(tenant: string, quarter: string, after: KeyId, limit: number): Promise<readonly KeyId[]>;
  /** A tenant's secret, 32 bytes, made and durable at first use. */
  secret(tenant: string, purpose: Purpose): KeyObject;
  /**
   * Makes the keys unreadable for good, existing or not; they are never made again. Repeatable. Rejects where they are
   * destroyed, and another process yet reads the file's log, in which they stand as they were: the same again, or
   * {@link settle}, ends it.
   */
  destroy(tenant: string, ids: readonly KeyId[]): Promise<void>;
  /**
   * The same for all keys of these owners and for those that are named beside them; from then on the owners are erased, and
   * get no key any more. Answers the ids of all that are destroyed. Repeatable.
   */
  erase(tenant: string, owners: readonly string[], ids: readonly KeyId[]): Promise<readonly KeyId[]>;
  /** Ends what is left of destructions, whoever began them: they stand in no file any more. Rejects as `destroy` does. */
  settle(): Promise<void>;
  /** Whether an owner is erased; what another process did within the last second may be missed, unless it was refreshed. */
  isErased(tenant: string, owner: string): boolean;
  /** Learns at once who was erased. */
  refresh(): void;
  /** Those of the ids that were destroyed. */
  destroyed(tenant: string, ids: readonly KeyId[]): Promise<ReadonlySet<KeyId>>;
  /** Finishes what was asked, then closes the file. */
  close(): void;
}

/** The calendar quarter of an instant, in UTC: `2026Q4`. */
export const quarterOf = (at: Date): string => `${at.getUTCFullYear()}Q${Math.floor(at.getUTCMonth() / 3) + 1}`;

/** The key of an owner for a quarter. */
export const keyId = (owner: string, quarter: string): KeyId => `${owner}/${quarter}`;

/** Whose a key is. */
export const ownerOf = (id: KeyId): string => id.slice(0, id.lastIndexOf('/'));

/** Something was to be sealed under keys that are destroyed: nobody would ever read it. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';

  constructor(readonly ids: readonly KeyId[]) {
    super(`destroyed: ${ids.join(', ')}`);
  }
}

/** The store of keys cannot be used as it is configured, or another process keeps it; the message names the file and what to do. */
export class KeyStoreUnusable extends Error {
  override readonly name = 'KeyStoreUnusable';
}
