import { randomUUID } from 'node:crypto';
import { Rejection } from '@throughline/decider';
import { type Caller, digestOf, type KeyFinder, newKey, type Role, rightsOf } from '@throughline/host';
import type { Database } from '@throughline/postgres';

/** An API key as people may see it: never its text. */
export type ApiKey = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
  readonly lastUsedAt: string | null;
};

/** What a key is made with. */
export type KeyDraft = { readonly name: string; readonly roles: readonly Role[]; readonly expiresAt?: string };

/** Where a page of keys ended. */
export type AfterKey = { readonly name: string };

const columns = `id, name, roles, created_at as "createdAt", created_by as "createdBy", expires_at as "expiresAt",
  revoked_at as "revokedAt", revoked_by as "revokedBy", last_used_at as "lastUsedAt"`;

type Db = Pick<Database, 'asTenant'>;

/** Makes a key of a tenant; its text is known now and never again. Throws `Rejection('KeyNameTaken')`. */
export const addKey = async (
  db: Db,
  { tenant, actor }: Caller,
  { name, roles, expiresAt }: KeyDraft,
  key: string = newKey(),
): Promise<ApiKey & { readonly key: string }> => {
  const { rows } = await db.asTenant(tenant, (client) =>
    client.query<ApiKey>(
      `insert into access.api_key (tenant, id, name, digest, roles, created_by, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning ${columns}`,
      [tenant, randomUUID(), name, digestOf(key), roles, actor, expiresAt ?? null],
    ),
  );
  if (!rows[0]) throw new Rejection('KeyNameTaken', `There is or was a key ${name}: names are not used again.`);
  return { ...rows[0], key };
};

/** The keys of a tenant by name, revoked and expired ones among them. */
export const listKeys = async (
  db: Db,
  tenant: string,
  after: AfterKey | undefined,
  limit: number,
): Promise<ApiKey[]> => {
  const { rows } = await db.asTenant(tenant, (client) =>
    client.query<ApiKey>(
      `select ${columns} from access.api_key where tenant = $1 and name > $2 order by name limit $3`,
      [tenant, after?.name ?? '', limit],
    ),
  );
  return rows;
};

/** Revokes a key for good; false where the tenant has none of this id. Twice is once. */
export const revokeKey = async (db: Db, { tenant, actor }: Caller, id: string): Promise<boolean> => {
  const { rowCount } = await db.asTenant(tenant, (client) =>
    client.query(
      `update access.api_key set revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $3)
       where tenant = $1 and id = $2`,
      [tenant, id, actor],
    ),
  );
  return rowCount === 1;
};

type Found = { readonly tenant: string; readonly name: string; readonly roles: readonly Role[] };

/** How long, in ms, a key that was found is believed: after that time at the latest a revoked one is refused everywhere. */
const believedFor = 5_000;
const mostBelieved = 10_000;

/** Finds keys for `boot({ auth })`, with the projector's role: whose a key is, is not known before. */
export const keyFinder = (db: Pick<Database, 'query'>): KeyFinder => {
  const believed = new Map<string, { readonly until: number; readonly found: Found }>();

  const look = async (digest: Buffer): Promise<Found | undefined> => {
    const { rows } = await db.query<Found & { used: boolean }>({
      name: 'access.key',
      text: `
        select tenant, name, roles, coalesce(last_used_at > now() - interval '1 minute', false) as used
        from access.api_key where digest = $1 and revoked_at is null and coalesce(expires_at > now(), true)`,
      values: [digest],
    });
    const [found] = rows;
    if (found && !found.used)
      await db.query('update access.api_key set last_used_at = now() where digest = $1', [digest]);
    return found;
  };

  return async (digest) => {
    const at = digest.toString('base64');
    const asked = performance.now();
    const known = believed.get(at);
    const found = known && known.until > asked ? known.found : await look(digest);
    if (found !== known?.found) {
      believed.delete(at);
      if (believed.size >= mostBelieved) believed.clear();
      if (found) believed.set(at, { found, until: asked + believedFor });
    }
    if (!found) return undefined;
    const { tenant, name, roles } = found;
    return { tenant, actor: `key:${name}`, rights: rightsOf(roles, tenant) };
  };
};
