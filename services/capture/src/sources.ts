import type { Ledger } from '@throughline/ledger';
import type { Database } from '@throughline/postgres';
import type { KeyStore, Vault } from '@throughline/privacy';

/** What capture works with; made by whoever starts the process. */
export type Sources = {
  readonly ledger: Ledger;
  /** The service role: sees the rows of one tenant at a time. */
  readonly db: Database;
  /** The projector role, for the reactors: they read the ledger of all tenants. */
  readonly projectorDb: Database;
  readonly vault: Vault;
  readonly keys: KeyStore;
  readonly now: () => Date;
};

/** Under this Nest injects the {@link Sources}. */
export const sources = Symbol('capture.sources');
