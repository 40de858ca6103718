import { allLasts, lastFirst, lastsOf } from '../arrangement/last.ts';
import { latestBy } from '../entry/happened.ts';
import { plainInstant } from '../instant.ts';
import { facesOf } from '../party/party.query.ts';
import type { Reading } from '../reading.ts';
import type { Account } from './account.ts';

/** An account's place in lists: by its last activity. */
export type ActiveAccount = { readonly at: string; readonly account: string };

/** Which accounts. */
export type AccountFilter = {
  /** Those among these. */
  readonly among?: readonly string[];
  /** Those for which nobody is responsible. */
  readonly unowned?: boolean;
};

const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The ids of accounts with their places, the last active first. */
export const listAccounts = async (
  { client, tenant, now }: Reading,
  { among, unowned = false }: AccountFilter,
  { after, limit }: { after?: ActiveAccount; limit: number },
): Promise<ActiveAccount[]> => {
  const { rows } = await client.query<ActiveAccount>({
    name: 'timeline.account.list',
    text: `
      select a.at, a.account from ${allLasts('account')} a
      where a.tenant = $1 and (a.at, a.account) < ($2::timestamptz, $3::uuid) and a.at <= ${latestBy('$7')}
        and (a.at, a.position) = (
          select at, position from ${lastsOf('account', 'a.account', '$7')} o order by ${lastFirst('account', 'o')} limit 1)
        and ($4::uuid[] is null or a.account = any($4))
        and (not $5::boolean or (
          select o.owner from timeline.owner o where o.tenant = $1 and o."of" = 'account' and o.subject = a.account
          order by o.position desc limit 1) is null)
      order by a.at desc, a.account desc limit $6`,
    values: [tenant, after?.at ?? 'infinity', after?.account ?? last, among, unowned, limit, now],
  });
  return rows;
};

type Bare = {
  readonly id: string;
  readonly last_at: string | null;
  readonly owner: string | null;
  readonly customers: bigint;
};

const bareOf = async ({ client, tenant, now }: Reading, ids: readonly string[]): Promise<Map<string, Bare>> => {
  const { rows } = await client.query<Bare>({
    name: 'timeline.account.bare',
    text: `
      select a.account as id, l.last_at, o.owner, c.customers
      from unnest($2::uuid[]) as asked (id)
      join timeline.account a on a.tenant = $1 and a.account = asked.id
      left join lateral (
        select owner from timeline.owner where tenant = $1 and "of" = 'account' and subject = a.account
        order by position desc limit 1) o on true
      cross join lateral (
        select count(distinct h.customer) as customers from timeline.account_of_handle m
        join identity.handle h on h.tenant = $1 and h.handle = m.handle
        where m.tenant = $1 and m.account = a.account) c
      cross join lateral (
        select max(at) as last_at from ${lastsOf('account', 'a.account', '$3')} l where happened = 1) l`,
    values: [tenant, ids, now],
  });
  return new Map(rows.map((row) => [row.id, row]));
};

/** These accounts, in this order; those that are none are left out. */
export const accountsBy = async (reading: Reading, ids: readonly string[]): Promise<Account[]> => {
  if (ids.length === 0) return [];
  const known = await bareOf(reading, ids);
  const owners = [...known.values()].flatMap(({ owner }) => owner ?? []);
  const faces = await facesOf(reading, [...new Set([...known.keys(), ...owners])]);
  return ids.flatMap((id) => {
    const bare = known.get(id);
    if (!bare) return [];
    const { key, name } = faces.get(id) ?? {};
    const owner = bare.owner === null ? null : { id: bare.owner, ...nameOf(faces.get(bare.owner)) };
    const sealed = reading.opens ? {} : { sealed: true as const };
    const lastAt = bare.last_at === null ? undefined : plainInstant(bare.last_at);
    return [{ id, key, name, ...sealed, owner, customers: Number(bare.customers), lastAt }];
  });
};

const nameOf = ({ handle, name }: { handle?: string; name?: string } = {}) => ({ handle, name });

/** Whether a tenant has an account with this id. */
export const accountExists = async ({ client, tenant }: Reading, id: string): Promise<boolean> => {
  const { rows } = await client.query({
    name: 'timeline.account.exists',
    text: `select from timeline.account where tenant = $1 and account = $2`,
    values: [tenant, id],
  });
  return rows.length > 0;
};
