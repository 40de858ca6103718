import { happenedBy } from '../entry/happened.ts';
import type { Reading } from '../reading.ts';
import type { Tally, Volume } from './volume.ts';

/** Days (UTC) from the first up to, but without, the second. */
export type Days = { readonly from: string; readonly to: string };

type Row = {
  readonly day: string;
  readonly channel: string;
  readonly direction: string;
  readonly interactions: bigint;
};

const volumeOf = (row: Row): Volume => ({ ...row, interactions: Number(row.interactions) });

/** A tenant's interactions by day, channel and direction. */
export const volumesOfTenant = async ({ client, tenant }: Reading, { from, to }: Days): Promise<Volume[]> => {
  const { rows } = await client.query<Row>({
    name: 'timeline.volume.tenant',
    text: `
      select day, channel, direction, interactions from timeline.volume
      where tenant = $1 and day >= $2 and day < $3`,
    values: [tenant, from, to],
  });
  return rows.map(volumeOf);
};

type Size = { readonly handle: string; readonly interactions: bigint };

/** How many interactions each of these handles has. */
export const sizesOf = async (
  { client, tenant }: Reading,
  handles: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await client.query<Size>({
    name: 'timeline.volume.sizes',
    text: `
      select handle, sum(interactions)::bigint as interactions from timeline.tally
      where tenant = $1 and handle = any($2::uuid[]) group by handle`,
    values: [tenant, handles],
  });
  return new Map(rows.map(({ handle, interactions }) => [handle, Number(interactions)]));
};

type Again = Row & { readonly customer: number };

const always: Days = { from: '-infinity', to: 'infinity' };

/**
 * What stands under several handles of one customer was counted for each of them: how often too many, as negative
 * numbers, by customer (its index). Of each customer only the lines of the less busy handles are walked.
 */
const countedAgain = async (
  reading: Reading,
  customers: readonly (readonly string[])[],
  { from, to }: Days = always,
): Promise<Again[]> => {
  const several = customers.flatMap((handles, customer) => (handles.length > 1 ? [{ customer, handles }] : []));
  if (several.length === 0) return [];
  const sizes = await sizesOf(
    reading,
    several.flatMap(({ handles }) => handles),
  );
  const size = (handle: string): number => sizes.get(handle) ?? 0;
  const asked = several.flatMap(({ customer, handles }) =>
    handles.toSorted((a, b) => size(b) - size(a)).map((handle, nth) => ({ customer, handle, nth })),
  );
  const { rows } = await reading.client.query<Again>({
    name: 'timeline.volume.again',
    text: `
      with asked as materialized (
        select * from unnest($2::integer[], $3::uuid[], $4::integer[]) as asked (customer, handle, nth))
      select asked.customer, to_char(l.occurred_at at time zone 'UTC', 'YYYY-MM-DD') as day, l.channel, l.direction,
        -count(*) as interactions
      from asked join timeline.entry_of_handle l on l.tenant = $1 and l.handle = asked.handle
      where asked.nth > 0 and l.type = 'interaction'
        and l.occurred_at >= $5::timestamptz and l.occurred_at < $6::timestamptz
        and exists (
          select from asked before
          join timeline.entry_of_handle o on o.tenant = $1 and o.handle = before.handle
            and o.occurred_at = l.occurred_at and o.position = l.position
          where before.customer = asked.customer and before.nth < asked.nth)
      group by 1, 2, 3, 4`,
    values: [
      reading.tenant,
      asked.map(({ customer }) => customer),
      asked.map(({ handle }) => handle),
      asked.map(({ nth }) => nth),
      from,
      to,
    ],
  });
  return rows;
};

/** The interactions of a customer's handles by day, channel and direction, each counted once. */
export const volumesOfCustomer = async (
  reading: Reading,
  handles: readonly string[],
  days: Days,
): Promise<Volume[]> => {
  const { rows } = await reading.client.query<Row>({
    name: 'timeline.volume.handles',
    text: `
      select day, channel, direction, sum(interactions)::bigint as interactions from timeline.volume_of_handle
      where tenant = $1 and handle = any($2::uuid[]) and day >= $3 and day < $4 group by 1, 2, 3`,
    values: [reading.tenant, handles, days.from, days.to],
  });
  return [...rows, ...(await countedAgain(reading, [handles], days))].map(volumeOf);
};

/** The interactions of a customer's handles over all time by channel and direction, each counted once. */
export const talliesOf = async (reading: Reading, handles: readonly string[]): Promise<Tally[]> => {
  const { rows } = await reading.client.query<Omit<Row, 'day'>>({
    name: 'timeline.volume.tallies',
    text: `
      select channel, direction, sum(interactions)::bigint as interactions from timeline.tally
      where tenant = $1 and handle = any($2::uuid[]) group by 1, 2`,
    values: [reading.tenant, handles],
  });
  const again = await countedAgain(reading, [handles]);
  return [...rows, ...again].map((row) => ({ ...row, interactions: Number(row.interactions) }));
};

/** The interactions of a customer's handles that have not happened by a moment, by channel and direction, each counted once. */
export const talliesAhead = async (
  { client, tenant }: Reading,
  handles: readonly string[],
  now: Date,
): Promise<Tally[]> => {
  const { rows } = await client.query<Omit<Row, 'day'>>({
    name: 'timeline.volume.ahead',
    text: `
      select channel, direction, count(*) as interactions from (
        select distinct l.position, l.channel, l.direction from timeline.entry_of_handle l
        where l.tenant = $1 and l.handle = any($2::uuid[]) and l.type = 'interaction'
          and l.occurred_at > $3::timestamptz and not (${happenedBy('$3')})) as ahead
      group by channel, direction`,
    values: [tenant, handles, now],
  });
  return rows.map((row) => ({ ...row, interactions: Number(row.interactions) }));
};

/** How many interactions there are with each of these customers (given by their handles), each counted once. */
export const interactionsOf = async (
  reading: Reading,
  customers: readonly (readonly string[])[],
): Promise<readonly number[]> => {
  const sizes = await sizesOf(reading, customers.flat());
  const again = await countedAgain(reading, customers);
  return customers.map((handles, index) => {
    const counted = handles.reduce((sum, handle) => sum + (sizes.get(handle) ?? 0), 0);
    const less = again.filter(({ customer }) => customer === index);
    return less.reduce((sum, { interactions }) => sum + Number(interactions), counted);
  });
};
