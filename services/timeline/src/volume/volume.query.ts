import type { Tally } from '../brief/brief.ts';
import type { Reading } from '../reading.ts';
import type { Volume } from './volume.ts';

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

/** The handles by how much happened under them, the busiest first. */
const busiestFirst = async ({ client, tenant }: Reading, handles: readonly string[]): Promise<string[]> => {
  const { rows } = await client.query<{ id: string }>({
    name: 'timeline.volume.busiest',
    text: `
      select asked.id from unnest($2::uuid[]) as asked (id)
      left join timeline.tally t on t.tenant = $1 and t.handle = asked.id
      group by asked.id order by sum(t.interactions) desc nulls last, asked.id`,
    values: [tenant, handles],
  });
  return rows.map(({ id }) => id);
};

// What stands under several of a customer's handles was counted for each. Only the lines of the less busy ones are walked.
const countedAgain = async (reading: Reading, handles: readonly string[], { from, to }: Days): Promise<Row[]> => {
  if (handles.length < 2) return [];
  const { rows } = await reading.client.query<Row>({
    name: 'timeline.volume.again',
    text: `
      select to_char(l.occurred_at at time zone 'UTC', 'YYYY-MM-DD') as day, l.channel, l.direction, -count(*) as interactions
      from unnest($2::uuid[]) with ordinality as asked (id, nth)
      join timeline.entry_of_handle l on l.tenant = $1 and l.handle = asked.id
      where asked.nth > 1 and l.type = 'interaction' and l.occurred_at >= $3::timestamptz and l.occurred_at < $4::timestamptz
        and exists (
          select from timeline.entry_of_handle o
          where o.tenant = $1 and o.handle = any(($2::uuid[])[:asked.nth - 1])
            and o.occurred_at = l.occurred_at and o.position = l.position)
      group by 1, 2, 3`,
    values: [reading.tenant, await busiestFirst(reading, handles), from, to],
  });
  return rows;
};

/** The interactions of these handles by day, channel and direction, each counted once. */
export const volumesOfHandles = async (reading: Reading, handles: readonly string[], days: Days): Promise<Volume[]> => {
  const { rows } = await reading.client.query<Row>({
    name: 'timeline.volume.handles',
    text: `
      select day, channel, direction, sum(interactions)::bigint as interactions from timeline.volume_of_handle
      where tenant = $1 and handle = any($2::uuid[]) and day >= $3 and day < $4 group by 1, 2, 3`,
    values: [reading.tenant, handles, days.from, days.to],
  });
  const again = await countedAgain(reading, handles, days);
  return [...rows, ...again].map(volumeOf);
};

const always: Days = { from: '-infinity', to: 'infinity' };

/** The interactions of these handles over all time by channel and direction, each counted once. */
export const talliesOf = async (reading: Reading, handles: readonly string[]): Promise<Tally[]> => {
  const { rows } = await reading.client.query<Omit<Row, 'day'>>({
    name: 'timeline.volume.tallies',
    text: `
      select channel, direction, sum(interactions)::bigint as interactions from timeline.tally
      where tenant = $1 and handle = any($2::uuid[]) group by 1, 2`,
    values: [reading.tenant, handles],
  });
  const again = await countedAgain(reading, handles, always);
  return [...rows, ...again].map((row) => ({ ...row, interactions: Number(row.interactions) }));
};
