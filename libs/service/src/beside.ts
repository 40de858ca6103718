import type { Tenants } from '@throughline/host';
import type { Database } from '@throughline/postgres';

/**
 * What a service looks up in the rows of another one. It stands here and nowhere else, so that whoever migrates
 * `capture` or `timeline` sees what has to stay.
 */
export type Beside = {
  /** The directory of tenants, which is capture's. */
  readonly tenants: Tenants;
  /** How many items of a tenant wait in capture's quarantine. */
  readonly quarantined: (tenant: string) => Promise<number>;
  /** Whether timeline knows an account. */
  readonly accountExists: (tenant: string, account: string) => Promise<boolean>;
};

/** Looks it up as the service role. */
export const beside = (db: Pick<Database, 'query' | 'asTenant'>): Beside => {
  // A tenant is never removed, so what was found once is there.
  const known = new Set<string>();
  return {
    tenants: {
      exists: async (tenant) => {
        if (known.has(tenant)) return true;
        const { rowCount } = await db.query('select from capture.tenant where tenant = $1', [tenant]);
        if (rowCount === 1) known.add(tenant);
        return rowCount === 1;
      },
    },
    quarantined: (tenant) =>
      db.asTenant(tenant, async (client) => {
        const { rows } = await client.query<{ count: number }>(
          'select count(*)::int as count from capture.quarantine where tenant = $1',
          [tenant],
        );
        return rows[0]!.count;
      }),
    accountExists: (tenant, account) =>
      db.asTenant(tenant, async (client) => {
        const { rowCount } = await client.query('select from timeline.account where tenant = $1 and account = $2', [tenant, account]); // prettier-ignore
        return rowCount === 1;
      }),
  };
};
