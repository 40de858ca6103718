import { allLasts, lastFirst, lastsOf } from '../arrangement/last.ts';
import { latestBy } from '../entry/happened.ts';
import type { Reading } from '../reading.ts';

/** A customer's place in lists: by its last activity, under the handle that had it. */
export type Active = { readonly at: string; readonly handle: string };

/** Which customers. */
export type CustomerFilter = {
  /** Those who have one of these handles. */
  readonly handles?: readonly string[];
  /** Those who belong to this account. */
  readonly account?: string;
  /** Those for whom nobody is responsible. */
  readonly unowned?: boolean;
};

const unowned = (customer: string): string => `(
  select o.owner from identity.handle theirs
  join timeline.owner o on o.tenant = $1 and o."of" = 'customer' and o.subject = theirs.handle
  where theirs.tenant = $1 and theirs.customer = ${customer} order by o.position desc limit 1) is null`;

// Along what happened with all handles; a customer stands where it happened last with any of its handles.
const ofAll = (filter: string): string => `
  select c.at, c.handle, h.customer
  from ${allLasts('handle')} c
  join identity.handle h on h.tenant = $1 and h.handle = c.handle and h.customer is not null
  where c.tenant = $1 and (c.at, c.handle) < ($2::timestamptz, $3::uuid) and c.at <= ${latestBy('$5')}
    and (c.handle, c.at, c.position) = (
      select o.handle, o.at, o.position from identity.handle theirs
      cross join lateral ${lastsOf('handle', 'theirs.handle', '$5')} o
      where theirs.tenant = $1 and theirs.customer = h.customer order by ${lastFirst('handle', 'o')} limit 1)
    ${filter}
  order by c.at desc, c.handle desc limit $4`;

// Of few customers, found by their handles.
const ofSome = (handles: string, filter: string): string => `
  with asked as materialized (
    select distinct h.customer from (${handles}) as named (handle)
    join identity.handle h on h.tenant = $1 and h.handle = named.handle where h.customer is not null),
  active as (
    select distinct on (asked.customer) c.at, c.handle, asked.customer
    from asked join identity.handle h on h.tenant = $1 and h.customer = asked.customer
    cross join lateral ${lastsOf('handle', 'h.handle', '$5')} c
    order by asked.customer, ${lastFirst('handle', 'c')})
  select at, handle, customer from active
  where (at, handle) < ($2::timestamptz, $3::uuid) ${filter}
  order by at desc, handle desc limit $4`;

const named = `select unnest($6::uuid[])`;
const belonging = `select handle from timeline.account_of_handle where tenant = $1 and account = $6::uuid`;
const namedAndBelonging = `
  select handle from timeline.account_of_handle where tenant = $1 and account = $7::uuid and handle = any($6::uuid[])`;

const statementOf = ({ handles, account, unowned: none }: CustomerFilter): { text: string; more: unknown[] } => {
  const filter = (customer: string) => (none ? `and ${unowned(customer)}` : '');
  const some = (source: string) => ofSome(source, filter('active.customer'));
  if (handles && account) return { text: some(namedAndBelonging), more: [handles, account] };
  if (handles) return { text: some(named), more: [handles] };
  if (account) return { text: some(belonging), more: [account] };
  return { text: ofAll(filter('h.customer')), more: [] };
};

const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The ids of customers with their places, the last active first. */
export const listCustomers = async (
  { client, tenant, now }: Reading,
  filter: CustomerFilter,
  { after, limit }: { after?: Active; limit: number },
): Promise<{ readonly customer: string; readonly place: Active }[]> => {
  const { text, more } = statementOf(filter);
  const { rows } = await client.query<Active & { customer: string }>(text, [
    tenant,
    after?.at ?? 'infinity',
    after?.handle ?? last,
    limit,
    now,
    ...more,
  ]);
  return rows.map(({ customer, at, handle }) => ({ customer, place: { at, handle } }));
};

/** How many customers a tenant has. */
export const countCustomers = async ({ client, tenant }: Reading): Promise<number> => {
  const { rows } = await client.query<{ count: bigint }>({
    name: 'timeline.customer.count',
    text: `select count(*) as count from identity.handle where tenant = $1 and customer = handle`,
    values: [tenant],
  });
  return Number(rows[0]!.count);
};
