import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@throughline/postgres';
import { sources } from '../sources.ts';

/** A tenant as callers see it. */
export type Tenant = { readonly name: string; readonly createdAt: string };

/** The directory of tenants. */
@Injectable()
export class TenantDirectory {
  // A tenant is never removed, so what was found once is there.
  private readonly known = new Set<string>();

  constructor(@Inject(sources) private readonly sources: { readonly db: Pick<Database, 'query'> }) {}

  /** For `boot({ tenants })`. */
  async exists(tenant: string): Promise<boolean> {
    if (this.known.has(tenant)) return true;
    const { rowCount } = await this.sources.db.query('select from capture.tenant where tenant = $1', [tenant]);
    if (rowCount === 1) this.known.add(tenant);
    return rowCount === 1;
  }

  /** After a name, in the order of names. */
  async list(after: string, limit: number): Promise<Tenant[]> {
    const { rows } = await this.sources.db.query<Tenant>(
      'select tenant as name, created_at as "createdAt" from capture.tenant where tenant > $1 order by tenant limit $2',
      [after, limit],
    );
    return rows;
  }

  /** Makes a tenant, or finds it. */
  async create(name: string, actor: string): Promise<Tenant & { readonly isNew: boolean }> {
    const { rowCount } = await this.sources.db.query(
      'insert into capture.tenant (tenant, created_by) values ($1, $2) on conflict do nothing',
      [name, actor],
    );
    const { rows } = await this.sources.db.query<{ createdAt: string }>(
      'select created_at as "createdAt" from capture.tenant where tenant = $1',
      [name],
    );
    return { name, createdAt: rows[0]!.createdAt, isNew: rowCount === 1 };
  }
}
