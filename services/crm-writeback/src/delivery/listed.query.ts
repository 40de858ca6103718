import type { Seal } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Vault } from '@throughline/privacy';

/** Which deliveries are asked for; `before` a position goes to older ones. */
export type Filter = {
  readonly id?: string;
  readonly state?: string;
  readonly connection?: string;
  readonly customer?: string;
  readonly before?: bigint;
};

/** A delivery as callers see it, with its place in the list. */
export type Listed = {
  readonly id: string;
  readonly connection: string;
  readonly connectionName: string;
  readonly record: 'activity' | 'note' | 'task' | 'contact';
  readonly state: 'open' | 'rejected' | 'parked' | 'confirmed' | 'dropped';
  readonly subject: string;
  readonly customer: string;
  readonly conversation?: string;
  readonly session?: number;
  readonly note?: string;
  readonly task?: string;
  readonly attempts: number;
  readonly plannedAt: string;
  readonly changedAt: string;
  readonly made?: 'created' | 'updated' | 'unchanged';
  readonly remote?: string;
  readonly reason?: string;
  readonly detail?: string;
  readonly waits?: string;
  readonly nextTryAt?: string;
  /** To what it is written. */
  readonly crm: string;
  readonly url: string;
  readonly settings: unknown;
  readonly position: bigint;
};

/** A row: what is left out above is null here, and what the CRM said is sealed. */
type Row = Omit<Listed, 'detail' | 'settings'> & {
  readonly detail: string | null;
  readonly detail_of: string | null;
  readonly settings: string;
};

/** Deliveries as callers see them, the newest first; what the CRM said as far as it can be opened. */
export const deliveriesOf = async (
  { client, vault }: { client: Client; vault: Pick<Vault, 'openSeals'> },
  tenant: string,
  { id, state, connection, customer, before }: Filter,
  limit: number,
): Promise<Listed[]> => {
  const { rows } = await client.query<Row>({
    name: 'writeback.deliveries',
    text: `
      select d.delivery as id, d.connection, c.name as "connectionName", d.record, d.state, d.subject, coalesce(h.customer, d.subject) as customer,
        d.conversation, d.session, d.note, d.task, d.attempts, d.planned_at as "plannedAt", d.changed_at as "changedAt",
        d.made, d.remote, coalesce(d.reason, case when d.state = 'open' then l.reason end) as reason, d.detail, d.detail_of,
        case when d.state <> 'open' then null
          when c.state = 'removed' then 'to be dropped: its connection was removed'
          when c.state = 'paused' then 'for the connection: ' || coalesce(c.detail, 'it is paused')
          when l.not_before > now() then 'to be tried again' end as waits,
        case when d.state = 'open' and c.state = 'active' and l.not_before > now() then l.not_before end as "nextTryAt",
        c.crm, c.url, c.settings, d.position
      from writeback.delivery d
      join writeback.connection c on c.tenant = d.tenant and c.id = d.connection
      left join identity.handle h on h.tenant = d.tenant and h.handle = d.subject
      left join writeback.lane l on l.tenant = d.tenant and l.connection = d.connection
        and l.contact = coalesce(h.customer, d.subject) and l.delivery = d.delivery
      where d.tenant = $1 and ($2::uuid is null or d.delivery = $2)
        and ($3::text is null or d.state = $3 or ($3 = 'aside' and d.state in ('rejected', 'parked')))
        and ($4::uuid is null or d.connection = $4)
        and ($5::uuid is null or d.subject = $5 or h.customer = $5) and ($6::bigint is null or d.position < $6)
      order by d.position desc limit $7`,
    values: [tenant, id ?? null, state ?? null, connection ?? null, customer ?? null, before ?? null, limit],
  });
  const opened = await vault.openSeals(
    tenant,
    rows.map(({ detail, detail_of }) => ({
      event: detail_of ?? '',
      seals: detail === null ? [] : (JSON.parse(detail) as Seal[]),
    })),
  );
  return rows.map((row, nth) => {
    const { detail: _, detail_of: __, settings, ...plain } = row;
    const detail = opened[nth]!.fields.get('/detail');
    const known = Object.entries(plain).filter(([, value]) => value !== null);
    const of = { settings: JSON.parse(settings) as unknown };
    return { ...Object.fromEntries(known), ...of, ...(typeof detail === 'string' && { detail }) } as Listed;
  });
};
