import type { Client, Database } from '@throughline/postgres';
import { type CallSource, callerOf, may } from '@throughline/host';
import type { KeyStore, Opener, Vault } from '@throughline/privacy';
import type { Moment } from '@throughline/service';

/** For whom it is read: a tenant, and whether what is sealed is opened. */
export type Reader = { readonly tenant: string; readonly opens: boolean };

/** For whom a call reads. */
export const readerOf = (source: CallSource): Reader => ({
  tenant: callerOf(source).tenant,
  opens: may(source, 'open'),
});

/** What a query works with: a connection on which row-level security shows one tenant's rows, and what opens their seals. */
export type Reading = Reader & {
  readonly client: Client;
  readonly vault: Opener;
  /** What counts as now. */
  readonly now: Date;
  /** The moment that is asked about, where it is not now. */
  readonly moment?: Moment;
  /** Then what is to be read of matters, promises and tasks is read of these handles' alone. */
  readonly about?: (subjects: readonly string[]) => Promise<Reading>;
};

/** What the queries of a process share. */
export type Sources = {
  /** The service role: sees the rows of one tenant at a time. */
  readonly db: Database;
  /** The projector role, for look-ups in indexes that row-level security keeps the service role from. */
  readonly projectorDb: Database;
  readonly vault: Vault;
  readonly keys: KeyStore;
  readonly now?: () => Date;
};

/** Runs a query for a reader. */
export const reading = <T>(
  { db, vault, now = () => new Date() }: Pick<Sources, 'db' | 'vault' | 'now'>,
  { tenant, opens }: Reader,
  query: (reading: Reading) => Promise<T>,
): Promise<T> =>
  db.asTenant(tenant, (client) => query({ client, tenant, opens, now: now(), vault: opens ? vault : vault.blind() }));
