import { handlesOf, linksOf } from '@throughline/identity';
import { lastsOf } from '../arrangement/last.ts';
import { plainInstant } from '../instant.ts';
import { type Face, facesOf, partyOf } from '../party/party.query.ts';
import type { Reading } from '../reading.ts';
import type { Tally } from '../volume/volume.ts';
import { interactionsOf, talliesOf } from '../volume/volume.query.ts';
import type { Customer, WholeCustomer } from './customer.ts';

type Bare = {
  readonly handles: readonly string[];
  readonly accounts: readonly string[];
  readonly owner: string | null;
  readonly last_at: string | null;
};

// Everything about these customers that is not sealed, in one look.
const bareOf = async ({ client, tenant, now }: Reading, ids: readonly string[]): Promise<Map<string, Bare>> => {
  const { rows } = await client.query<Bare & { id: string }>({
    name: 'timeline.customer.bare',
    text: `
      select asked.id, h.handles, a.accounts, o.owner, c.last_at
      from unnest($2::uuid[]) as asked (id)
      cross join lateral (
        select array_agg(handle order by first_position, handle) as handles from identity.handle
        where tenant = $1 and customer = asked.id) h
      cross join lateral (
        select coalesce(array_agg(account order by position, account), '{}') as accounts from (
          select account, min(position) as position from timeline.account_of_handle
          where tenant = $1 and handle = any(h.handles) group by account) oldest) a
      left join lateral (
        select owner from timeline.owner where tenant = $1 and "of" = 'customer' and subject = any(h.handles)
        order by position desc limit 1) o on true
      cross join lateral (
        select max(at) as last_at from ${lastsOf('handle', 'any(h.handles)', '$3')} l where happened = 1) c
      where h.handles is not null`,
    values: [tenant, ids, now],
  });
  return new Map(rows.map(({ id, ...bare }) => [id, bare]));
};

const shown = (id: string, bare: Bare, faces: ReadonlyMap<string, Face>, entries: number, opens: boolean): Customer => {
  const handles = bare.handles.map((handle) => partyOf(handle, faces));
  return {
    id,
    name: handles.find(({ name }) => name !== undefined)?.name,
    ...(!opens && { sealed: true as const }),
    handles,
    accounts: bare.accounts.map((account) => {
      const { key, name } = faces.get(account) ?? {};
      return { id: account, key, name };
    }),
    owner: bare.owner === null ? null : partyOf(bare.owner, faces),
    lastAt: bare.last_at === null ? undefined : plainInstant(bare.last_at),
    entries,
  };
};

/** These customers, in this order; those that are none by now are left out. */
export const customersBy = async (
  reading: Reading,
  ids: readonly string[],
  count = interactionsOf,
): Promise<Customer[]> => {
  if (ids.length === 0) return [];
  const known = await bareOf(reading, ids);
  const all = [...known.values()];
  const named = all.flatMap(({ handles, accounts, owner }) => [...handles, ...accounts, ...(owner ? [owner] : [])]);
  const faces = await facesOf(reading, [...new Set(named)]);
  const counts = await count(
    reading,
    all.map(({ handles }) => handles),
  );
  const countOf = new Map([...known.keys()].map((id, index) => [id, counts[index] ?? 0]));
  return ids.flatMap((id) => {
    const bare = known.get(id);
    return bare ? [shown(id, bare, faces, countOf.get(id)!, reading.opens)] : [];
  });
};

/** A customer with what its interactions add up to, which as of another moment takes long to count twice. */
export const customerTallied = async (
  reading: Reading,
  id: string,
): Promise<{ readonly customer: Customer; readonly tallies: readonly Tally[] } | undefined> => {
  let tallies: readonly Tally[] = [];
  const [customer] = await customersBy(reading, [id], async (_, [handles = []]) => {
    tallies = await talliesOf(reading, handles);
    return [tallies.reduce((sum, { interactions }) => sum + interactions, 0)];
  });
  return customer && { customer, tallies };
};

/** A customer with the links at its handles; undefined where there is none with this id by now. */
export const customerBy = async (reading: Reading, id: string): Promise<WholeCustomer | undefined> => {
  const [found] = await customersBy(reading, [id]);
  if (!found) return undefined;
  const links = await linksOf(reading.client, reading.tenant, id);
  const faces = await facesOf(reading, [...new Set(links.flatMap(({ a, b }) => [a, b]))]);
  return {
    ...found,
    links: links.map(({ link, a, b, rule, state, confidence, evidence, position }) => ({
      id: link,
      a: partyOf(a, faces),
      b: partyOf(b, faces),
      rule,
      state,
      confidence: confidence === null ? undefined : confidence / 100,
      evidence: [...evidence],
      position: Number(position),
    })),
  };
};

/** The ids that other queries need of a customer; undefined where there is none with this id by now. */
export const subjectOf = async (
  { client, tenant }: Reading,
  id: string,
): Promise<{ id: string; handles: readonly string[]; accounts: readonly string[] } | undefined> => {
  const handles = await handlesOf(client, tenant, id);
  if (handles.length === 0) return undefined;
  const { rows } = await client.query<{ account: string }>({
    name: 'timeline.customer.accounts',
    text: `select distinct account from timeline.account_of_handle where tenant = $1 and handle = any($2::uuid[])`,
    values: [tenant, handles],
  });
  return { id, handles, accounts: rows.map(({ account }) => account) };
};
