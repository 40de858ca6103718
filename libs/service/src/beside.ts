import { type Seal, sealed } from '@throughline/contracts';
import type { Tenants } from '@throughline/host';
import type { Database } from '@throughline/postgres';

/** What tells the handle and the name of a party, at a JSON Pointer of an event. */
export type Face = {
  readonly party: string;
  readonly event: string;
  readonly at: string;
  readonly seals: readonly Seal[];
};

/**
 * What a service looks up in the rows of another one. It stands here and nowhere else, so that whoever migrates
 * `capture` or `timeline` sees what has to stay.
 */
export type Beside = {
  /** The directory of tenants, which is capture's. */
  readonly tenants: Tenants;
  /** How many items of a tenant wait in capture's quarantine for a person. */
  readonly quarantined: (tenant: string) => Promise<number>;
  /** How many records about these handles crm-writeback wrote, by connection; also to what answers no id of theirs. */
  readonly recordsOf: (tenant: string, handles: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** Where timeline finds the handle and the name that it shows of these parties: the event, where in it, and the seals. */
  readonly facesOf: (tenant: string, parties: readonly string[]) => Promise<readonly Face[]>;
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
          'select count(*)::int as count from capture.quarantine where tenant = $1 and dismissed_at is null',
          [tenant],
        );
        return rows[0]!.count;
      }),
    recordsOf: (tenant, handles) =>
      db.asTenant(tenant, async (client) => {
        // Where nothing is written to CRMs its tables need not be there.
        const { rows: tables } = await client.query<{ there: boolean }>(
          `select to_regclass('writeback.delivery') is not null as there`,
        );
        if (!tables[0]!.there) return new Map();
        const { rows } = await client.query<{ connection: string; count: number }>(
          `select connection, count(distinct reference)::int as count from writeback.delivery
           where tenant = $1 and subject = any($2::uuid[]) and made is not null group by connection order by connection`,
          [tenant, handles],
        );
        return new Map(rows.map(({ connection, count }) => [connection, count]));
      }),
    facesOf: (tenant, parties) =>
      db.asTenant(tenant, async (client) => {
        const { rows } = await client.query<{ party: string; at: string; event: string; data: string }>(
          `select f.party, f.at, e.event, e.data from unnest($2::uuid[]) as asked (id)
           cross join lateral (
             select party, at, position from timeline.face where tenant = $1 and party = asked.id
             order by named desc, position desc limit 1) f
           join timeline.entry e on e.tenant = $1 and e.position = f.position`,
          [tenant, parties],
        );
        return rows.map(({ party, at, event, data }) => {
          const seals = (JSON.parse(data) as { [sealed]?: Seal[] })[sealed] ?? [];
          return { party, at, event, seals: seals.filter(({ f }) => f.some((field) => field.startsWith(`${at}/`))) };
        });
      }),
    accountExists: (tenant, account) =>
      db.asTenant(tenant, async (client) => {
        const { rowCount } = await client.query('select from timeline.account where tenant = $1 and account = $2', [tenant, account]); // prettier-ignore
        return rowCount === 1;
      }),
  };
};
