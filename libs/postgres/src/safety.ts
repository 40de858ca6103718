import type { Client } from './database.ts';

/** The database or the role would break a guarantee; the message says which and what to do. */
export class UnsafeDatabase extends Error {
  override name = 'UnsafeDatabase';
}

interface Facts {
  commit: string;
  fsync: string;
  superuser: boolean;
  bypass: boolean;
  owned: string | null;
}

const FACTS = `
  select current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync,
    bool_or(r.rolsuper) as superuser, bool_or(r.rolbypassrls) as bypass,
    (select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and (pg_has_role(session_user, c.relowner, 'MEMBER') or pg_has_role(current_user, c.relowner, 'MEMBER'))
      limit 1) as owned
  from pg_roles r
  where pg_has_role(session_user, r.oid, 'MEMBER') or pg_has_role(current_user, r.oid, 'MEMBER')`;

/**
 * Refuses a connection through which a service could lose an acknowledged event, change a stored one or see another
 * tenant: `synchronous_commit` or `fsync` off; a role that is, or could become, superuser or the owner of a table;
 * one that bypasses row-level security, unless `bypassRls` says that it is a projector's.
 *
 * @throws UnsafeDatabase
 */
export async function refuseUnsafe(db: Client, { bypassRls = false } = {}): Promise<void> {
  const [facts] = (await db.query<Facts>(FACTS)).rows;
  const fault = facts && faultOf(facts, bypassRls);
  if (fault) throw new UnsafeDatabase(fault);
}

function faultOf({ commit, fsync, superuser, bypass, owned }: Facts, bypassRls: boolean): string | undefined {
  if (commit === 'off') return 'synchronous_commit is off: acknowledged events could be lost; set it to on';
  if (fsync === 'off') return 'fsync is off: acknowledged events could be lost; set it to on';
  if (superuser) return 'the role is a superuser: connect as throughline_service';
  if (owned) return `the role owns ${owned}: connect as throughline_service`;
  if (bypass && !bypassRls) return 'the role bypasses row-level security: connect as throughline_service';
  return undefined;
}
