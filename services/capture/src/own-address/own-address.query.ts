import { Inject, Injectable } from '@nestjs/common';
import { type Handle, ownAddresses } from '@throughline/identity';
import { sources, type Sources } from '../sources.ts';

/** An address (as a handle) or a domain of ours. */
export type OwnAddress = { readonly id: string; readonly entry: string; readonly found: boolean };

type Row = { id: string; keys: string[]; sealed: Buffer; found: boolean };
type Cached = { readonly isOwn: Promise<(handle: Handle) => boolean>; readonly until: number };

// Another replica's change is seen this soon.
const freshForMs = 2_000;
const mostCached = 10_000;

/** The own addresses of all tenants. */
@Injectable()
export class OwnAddresses {
  private readonly cached = new Map<string, Cached>();

  constructor(@Inject(sources) private readonly sources: Sources) {}

  /** Says of a handle whether it is ours. Kept for two seconds. */
  isOwn(tenant: string): Promise<(handle: Handle) => boolean> {
    const known = this.cached.get(tenant);
    if (known && known.until > performance.now()) return known.isOwn;
    if (this.cached.size >= mostCached) this.cached.clear();
    const isOwn = this.list(tenant).then((all) => ownAddresses(all.map(({ entry }) => entry)));
    this.cached.set(tenant, { isOwn, until: performance.now() + freshForMs });
    isOwn.catch(() => this.cached.delete(tenant));
    return isOwn;
  }

  /** In the order of their ids. */
  async list(tenant: string): Promise<OwnAddress[]> {
    const { db, vault } = this.sources;
    const { rows } = await db.asTenant(tenant, (client) =>
      client.query<Row>('select id, keys, sealed, found from capture.own_address where tenant = $1 order by id', [
        tenant,
      ]),
    );
    const opened = await Promise.all(
      rows.map(async ({ id, keys, sealed, found }): Promise<OwnAddress[]> => {
        const bytes = await vault.openBytes(tenant, { keys, bytes: sealed }, id);
        return bytes ? [{ id, entry: bytes.toString(), found }] : [];
      }),
    );
    return opened.flat();
  }

  /** Adds an entry; one that is there stays as it is. */
  async add(tenant: string, entry: string, found: boolean): Promise<OwnAddress> {
    const { db, vault } = this.sources;
    const id = entry.startsWith('email:') ? vault.handleId(tenant, entry) : vault.accountId(tenant, entry);
    const { keys, bytes } = await vault.sealBytes(tenant, [id], id, Buffer.from(entry));
    const { rows } = await db.asTenant(tenant, (client) =>
      client.query<{ found: boolean }>(
        `with added as (
           insert into capture.own_address (tenant, id, keys, sealed, found) values ($1, $2, $3, $4, $5)
           on conflict do nothing returning found)
         select found from added union all select found from capture.own_address where tenant = $1 and id = $2 limit 1`,
        [tenant, id, keys, bytes, found],
      ),
    );
    this.cached.delete(tenant);
    return { id, entry, found: rows[0]?.found ?? found };
  }

  /** Answers whether it was there. */
  async remove(tenant: string, id: string): Promise<boolean> {
    const { rowCount } = await this.sources.db.asTenant(tenant, (client) =>
      client.query('delete from capture.own_address where tenant = $1 and id = $2', [tenant, id]),
    );
    this.cached.delete(tenant);
    return rowCount === 1;
  }
}
