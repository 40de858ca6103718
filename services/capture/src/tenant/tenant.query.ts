import { Inject, Injectable } from '@nestjs/common';
import type { Tenants } from '@throughline/host';
import type { Database } from '@throughline/postgres';
import { beside } from '@throughline/service';
import { sources } from '../sources.ts';

/** A tenant as callers see it. */
export type Tenant = { readonly name: string; readonly createdAt: string };

/** The directory of tenants. */
@Injectable()
export class TenantDirectory {
  /** For `boot({ tenants })`. */
  readonly exists: Tenants['exists'];

  constructor(@Inject(sources) private readonly sources: { readonly db: Database }) {
    this.exists = beside(sources.db).tenants.exists;
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
