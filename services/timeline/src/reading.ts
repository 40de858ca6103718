import type { Client, Database } from '@throughline/postgres';
import type { KeyStore, Vault } from '@throughline/privacy';

/** What a query works with: a connection on which row-level security shows one tenant's rows, and what opens their seals. */
export type Reading = { readonly client: Client; readonly tenant: string; readonly vault: Vault };

/** What the queries of a process share. */
export type Sources = {
  /** The service role: sees the rows of one tenant at a time. */
  readonly db: Database;
  /** The projector role, for look-ups in indexes that row-level security keeps the service role from. */
  readonly projectorDb: Database;
  readonly vault: Vault;
  readonly keys: KeyStore;
};

/** Runs a query as a tenant. */
export const reading = <T>(
  { db, vault }: Pick<Sources, 'db' | 'vault'>,
  tenant: string,
  query: (reading: Reading) => Promise<T>,
): Promise<T> => db.asTenant(tenant, (client) => query({ client, tenant, vault }));
