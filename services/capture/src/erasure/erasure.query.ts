import type { Certificate } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';

/** An erasure as it stands. */
export type ErasureRow = {
  readonly tenant: string;
  readonly erasure: string;
  readonly customer: string;
  readonly subjects: readonly string[];
  readonly keys: readonly string[];
  readonly position: bigint;
  readonly erasedAt: string;
  readonly certificate: Certificate | null;
};

type Found = Omit<ErasureRow, 'keys' | 'certificate'> & { readonly keys: string; readonly certificate: string | null };

const columns = `tenant, erasure, customer, subjects, keys::text as keys, position, erased_at as "erasedAt", certificate::text as certificate`;

const rowOf = ({ keys, certificate, ...row }: Found): ErasureRow => ({
  ...row,
  keys: JSON.parse(keys) as string[],
  certificate: certificate === null ? null : (JSON.parse(certificate) as Certificate),
});

/** That of a person by any of their handles. */
export const erasureOf = async (db: Client, tenant: string, handle: string): Promise<ErasureRow | undefined> => {
  const { rows } = await db.query<Found>({
    name: 'capture.erasure_of',
    text: `select ${columns} from capture.erasure where tenant = $1 and subjects @> array[$2::uuid] limit 1`,
    values: [tenant, handle],
  });
  return rows.map(rowOf)[0];
};

/** One by its id. */
export const erasureBy = async (db: Client, tenant: string, erasure: string): Promise<ErasureRow | undefined> => {
  const { rows } = await db.query<Found>({
    name: 'capture.erasure_by',
    text: `select ${columns} from capture.erasure where tenant = $1 and erasure = $2`,
    values: [tenant, erasure],
  });
  return rows.map(rowOf)[0];
};

/** All of a tenant, or those of one person by any of their handles; the newest first. */
export const erasuresBefore = async (
  db: Client,
  tenant: string,
  { before, customer }: { before?: number | undefined; customer?: string | undefined },
  limit: number,
): Promise<ErasureRow[]> => {
  const { rows } = await db.query<Found>({
    name: 'capture.erasures',
    text: `select ${columns} from capture.erasure where tenant = $1 and ($2::bigint is null or position < $2)
        and ($4::uuid is null or subjects @> array[$4::uuid])
      order by position desc limit $3`,
    values: [tenant, before, limit, customer],
  });
  return rows.map(rowOf);
};

const page = 500;

/** All there are, of all tenants (projector role). */
export async function* allErasures(db: Client): AsyncGenerator<ErasureRow, void, void> {
  for (let after = { tenant: '', erasure: '00000000-0000-0000-0000-000000000000' }; ;) {
    const { rows } = await db.query<Found>({
      name: 'capture.all_erasures',
      text: `select ${columns} from capture.erasure where (tenant, erasure) > ($1, $2::uuid) order by tenant, erasure limit $3`,
      values: [after.tenant, after.erasure, page],
    });
    yield* rows.map(rowOf);
    const last = rows.at(-1);
    if (rows.length < page || !last) return;
    after = last;
  }
}

/** Those that are not complete, of all tenants (projector role), the oldest first. */
export const openErasures = async (db: Client, limit: number): Promise<ErasureRow[]> => {
  const { rows } = await db.query<Found>({
    name: 'capture.open_erasures',
    text: `select ${columns} from capture.erasure where completed_at is null order by position limit $1`,
    values: [limit],
  });
  return rows.map(rowOf);
};

/** How far it is with one. */
export type Progress = { readonly keysDestroyedAt: Date; readonly mails: number; readonly items: number };

/** Nothing where its keys were not destroyed yet. */
export const progressOf = async (db: Client, tenant: string, erasure: string): Promise<Progress | undefined> => {
  const { rows } = await db.query<{ at: string; mails: number; items: number }>({
    name: 'capture.erasing',
    text: 'select keys_destroyed_at as at, mails, items from capture.erasing where tenant = $1 and erasure = $2',
    values: [tenant, erasure],
  });
  return rows.map(({ at, ...counts }) => ({ keysDestroyedAt: new Date(at), ...counts }))[0];
};

/** Writes down that its keys are destroyed, and how much went; what was written before stands, the counts add up. */
export const proceed = async (
  db: Client,
  { tenant, erasure }: Pick<ErasureRow, 'tenant' | 'erasure'>,
  { keysDestroyedAt, mails, items }: Progress,
): Promise<void> => {
  await db.query(
    `insert into capture.erasing as known values ($1, $2, $3, $4, $5) on conflict (tenant, erasure)
     do update set mails = known.mails + excluded.mails, items = known.items + excluded.items`,
    [tenant, erasure, keysDestroyedAt.toISOString(), mails, items],
  );
};
