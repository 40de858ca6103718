import type { Caller } from '@throughline/host';
import type { Database } from '@throughline/postgres';

/** One opening in bulk: who, what, how, and how many. */
export type Audited = {
  readonly id: bigint;
  readonly at: string;
  readonly actor: string;
  readonly what: string;
  readonly detail: string;
  readonly count: bigint;
  readonly endedAt: string | null;
};

type Db = Pick<Database, 'asTenant'>;

/** An opening that goes on. */
export type Opening = {
  /** Counts what is about to be sent; durable when it resolves. */
  readonly count: (more: number) => Promise<void>;
  readonly end: () => Promise<void>;
};

/** Puts on record that somebody opens in bulk what is sealed; durable when it resolves, before anything is opened. */
export const beginAudit = async (
  db: Db,
  { tenant, actor }: Caller,
  what: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<Opening> => {
  const text = JSON.stringify(detail, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  const { rows } = await db.asTenant(tenant, (client) =>
    client.query<{ id: bigint }>(
      'insert into access.audit (tenant, actor, what, detail) values ($1, $2, $3, $4) returning id',
      [tenant, actor, what, text],
    ),
  );
  const change = async (set: string, ...values: unknown[]): Promise<void> => {
    await db.asTenant(tenant, (client) =>
      client.query(`update access.audit set ${set} where tenant = $1 and id = $2`, [tenant, rows[0]!.id, ...values]),
    );
  };
  return { count: (more) => change('count = count + $3', more), end: () => change('ended_at = now()') };
};

/** What was opened in bulk, the newest first. */
export const auditsOf = async (
  db: Db,
  tenant: string,
  before: bigint | undefined,
  limit: number,
): Promise<Audited[]> => {
  const { rows } = await db.asTenant(tenant, (client) =>
    client.query<Audited>(
      `select id, at, actor, what, detail, count, ended_at as "endedAt" from access.audit
       where tenant = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
      [tenant, before ?? null, limit],
    ),
  );
  return rows;
};
