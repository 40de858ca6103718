import type { Client } from '@throughline/postgres';

/** The deliveries of one contact of one connection, in one worker's hands. */
export type Lane = {
  readonly tenant: string;
  readonly connection: string;
  /** The customer whose contact it is. */
  readonly contact: string;
  readonly failures: number;
  /** The attempt whose end is known; of any other it is not known what became of it. */
  readonly delivery?: string;
  readonly attempt?: number;
  /** Why it came to nothing. */
  readonly reason?: string;
  /** Until when the worker before held it, who never gave it back; in milliseconds from now, negative. */
  readonly leftMsAgo?: number;
};

type Row = Omit<Lane, 'delivery' | 'attempt' | 'reason' | 'leftMsAgo'> & {
  delivery: string | null;
  attempt: number | null;
  reason: string | null;
  left_ms_ago: number | null;
};

type Of = { readonly tenant: string; readonly connection: string };

/**
 * Takes contacts that have something to be written, oldest first, at most `limit`, for `leaseMs`: those that nobody holds
 * and that need not wait.
 */
export const claim = async (
  db: Client,
  { tenant, connection }: Of,
  holder: string,
  leaseMs: number,
  limit: number,
): Promise<Lane[]> => {
  const { rows } = await db.query<Row>({
    name: 'writeback.claim',
    text: `
      with open as materialized (
        select d.position, coalesce(h.customer, d.subject) as contact
        from writeback.delivery d
        left join identity.handle h on h.tenant = d.tenant and h.handle = d.subject
        where d.tenant = $1 and d.connection = $2 and d.state = 'open' and not exists (
          select from writeback.lane l where l.tenant = d.tenant and l.connection = d.connection
            and l.contact = coalesce(h.customer, d.subject) and (l.until > now() or l.not_before > now()))
        order by d.position limit 200
      ),
      heads as (select contact from open group by contact order by min(position) limit $5),
      free as (
        select heads.contact, l.until as left_at from heads
        left join writeback.lane l on l.tenant = $1 and l.connection = $2 and l.contact = heads.contact and l.holder is not null
      )
      insert into writeback.lane as l (tenant, connection, contact, holder, until)
      select $1, $2, contact, $3, now() + $4 * interval '1 millisecond' from free
      on conflict (tenant, connection, contact) do update set holder = excluded.holder, until = excluded.until
        where (l.until is null or l.until <= now()) and (l.not_before is null or l.not_before <= now())
      returning l.tenant, l.connection, l.contact, l.failures, l.delivery, l.attempt, l.reason,
        (select extract(epoch from now() - free.left_at)::float8 * 1000 from free where free.contact = l.contact) as left_ms_ago`,
    values: [tenant, connection, holder, leaseMs, limit],
  });
  return rows.map(({ delivery, attempt, reason, left_ms_ago, ...row }) => ({
    ...row,
    ...(delivery !== null && attempt !== null && { delivery, attempt }),
    ...(reason !== null && { reason }),
    ...(left_ms_ago !== null && { leftMsAgo: left_ms_ago }),
  }));
};

/** Says that a worker is alive: it keeps what it has in hand. Answers the contacts that it still holds. */
export const renew = async (
  db: Client,
  inHand: readonly Pick<Lane, 'tenant' | 'connection' | 'contact'>[],
  holder: string,
  leaseMs: number,
): Promise<ReadonlySet<string>> => {
  const { rows } = await db.query<Of & { contact: string }>({
    name: 'writeback.renew',
    // What a worker let fall without giving it back is not in its hands: it stays to run out.
    text: `update writeback.lane l set until = now() + $2 * interval '1 millisecond'
      from unnest($3::text[], $4::uuid[], $5::uuid[]) as held (tenant, connection, contact)
      where l.tenant = held.tenant and l.connection = held.connection and l.contact = held.contact
        and l.holder = $1 and l.until > now()
      returning l.tenant, l.connection, l.contact`,
    values: [
      holder,
      leaseMs,
      inHand.map(({ tenant }) => tenant),
      inHand.map(({ connection }) => connection),
      inHand.map(({ contact }) => contact),
    ],
  });
  return new Set(rows.map(laneKey));
};

/** A lane's name. */
export const laneKey = ({ tenant, connection, contact }: Pick<Lane, 'tenant' | 'connection' | 'contact'>): string =>
  `${tenant} ${connection} ${contact}`;

/** How a lane is given back: free for everybody, or to wait, with what is known of the last attempt. */
export type Release = {
  readonly waitMs: number;
  readonly failures: number;
  readonly delivery: string;
  readonly attempt: number;
  readonly reason?: string;
};

/** Gives a lane back, if it is still held. */
export const release = async (
  db: Client,
  { tenant, connection, contact }: Lane,
  holder: string,
  how?: Release,
): Promise<void> => {
  const held = 'tenant = $1 and connection = $2 and contact = $3 and holder = $4';
  const key = [tenant, connection, contact, holder];
  if (!how)
    return void (await db.query({
      name: 'writeback.release',
      text: `delete from writeback.lane where ${held}`,
      values: key,
    }));
  await db.query({
    name: 'writeback.wait',
    text: `update writeback.lane set holder = null, until = null, not_before = now() + $5 * interval '1 millisecond',
      failures = $6, delivery = $7, attempt = $8, reason = $9,
      failing_since = case when $6 > 0 then coalesce(failing_since, now()) end where ${held}`,
    values: [...key, how.waitMs, how.failures, how.delivery, how.attempt, how.reason ?? null],
  });
};

/** The deliveries of these handles that are to be written, in the order in which they were planned. */
export const openOf = async (
  db: Client,
  { tenant, connection }: Of,
  handles: readonly string[],
  limit: number,
): Promise<string[]> => {
  const { rows } = await db.query<{ delivery: string }>({
    name: 'writeback.open_of',
    text: `select delivery from writeback.delivery where tenant = $1 and connection = $2 and subject = any($3::uuid[])
      and state = 'open' order by position limit $4`,
    values: [tenant, connection, handles, limit],
  });
  return rows.map(({ delivery }) => delivery);
};
