import type { Client } from '@throughline/postgres';

/** A customer of whom something was heard of late, and of whom a CRM was not asked lately. */
export type Wanted = {
  readonly tenant: string;
  readonly connection: string;
  /** The handle that was heard of. */
  readonly handle: string;
  readonly customer: string;
};

/** Only who was heard of within the last minutes is asked about: a ledger that is heard anew asks nothing. */
const heardWithin = '10 minutes';

/** Whom to ask about, those heard of first, and marks them as asked: no two workers ask about the same one. */
export const wanted = async (db: Client, freshForMs: number, limit: number): Promise<Wanted[]> => {
  const { rows } = await db.query<Wanted>({
    name: 'writeback.wanted',
    text: `
      with heard as (
        select p.tenant, c.id as connection, p.handle, coalesce(h.customer, p.handle) as customer, p.heard_at
        from writeback.person p
        join writeback.connection c on c.tenant = p.tenant and c.state = 'active' and c.since < p.position
        left join identity.handle h on h.tenant = p.tenant and h.handle = p.handle
        where p.live and p.heard_at > now() - interval '${heardWithin}' and not exists (
          select from writeback.asked a where a.tenant = p.tenant and a.connection = c.id
            and a.handle = coalesce(h.customer, p.handle) and a.asked_at > now() - $1 * interval '1 millisecond')
        order by p.heard_at limit $2
      ),
      once as (select distinct on (tenant, connection, customer) * from heard order by tenant, connection, customer, heard_at desc),
      marked as (
        insert into writeback.asked as a (tenant, connection, handle, asked_at)
        select tenant, connection, customer, now() from once
        on conflict (tenant, connection, handle) do update set asked_at = excluded.asked_at
          where a.asked_at <= now() - $1 * interval '1 millisecond'
        returning a.tenant, a.connection, a.handle
      )
      select o.tenant, o.connection, o.handle, o.customer from once o
      join marked m on m.tenant = o.tenant and m.connection = o.connection and m.handle = o.customer`,
    values: [freshForMs, limit],
  });
  return rows;
};

/** Has somebody asked about again after a while: the CRM did not answer. */
export const again = async (
  db: Client,
  { tenant, connection, customer }: Wanted,
  freshForMs: number,
  inMs: number,
): Promise<void> => {
  await db.query({
    name: 'writeback.ask_again',
    text: `update writeback.asked set asked_at = now() - ($4::float8 - $5) * interval '1 millisecond'
      where tenant = $1 and connection = $2 and handle = $3`,
    values: [tenant, connection, customer, freshForMs, inMs],
  });
};
