import type { Feed } from '@throughline/feed';
import type { Log } from '@throughline/host';
import type { Ledger } from '@throughline/ledger';
import type { Database } from '@throughline/postgres';
import type { KeyStore, Vault } from '@throughline/privacy';

/** What routing is built from; made by whoever starts the process, and closed by them after the application. */
export type RoutingOptions = {
  readonly ledger: Ledger;
  /** Brings the ledger's events to the reactors. */
  readonly feed: Feed;
  /** The service role: sees the rows of one tenant at a time. */
  readonly db: Database;
  /** The projector role, for the reactor and its rows: they read the ledger of all tenants. */
  readonly projectorDb: Database;
  /** Whether this process projects identity as well, as it has to where no other one does. */
  readonly projectsIdentity?: boolean;
  readonly log?: Log;
  readonly vault: Vault;
  readonly keys: KeyStore;
  readonly now?: () => Date;
  /** Whether a tenant has an account, where this process can tell; without it every id is taken. */
  readonly accountExists?: (tenant: string, account: string) => Promise<boolean>;
};

/** Under this Nest injects the {@link RoutingOptions}. */
export const routing = Symbol('routing');
