import type { Client } from '@throughline/postgres';
import type { Moment } from '@throughline/service';
import type { PlaceInQueue } from '../matter/listed.query.ts';

const last = (what: 'state' | 'priority'): string => `
  select s.state, s.team, s.priority from routing.step s where s.tenant = m.tenant and s.matter = m.matter and s.position <= $3
    and ($4::timestamptz is null or s.at <= $4) and s.${what} is not null order by s.position desc limit 1`;

const after = (priority: string): string =>
  `(-${priority}, m.since, m.matter) > ($5::integer, $6::timestamptz, $7::uuid)`;

// What did not change since is where its row says; of what did, the steps by then tell.
const text = (changed: string): string => `
  with there as (
    select m.matter, m.priority, m.since from routing.matter m
    where m.tenant = $1 and m.team = $2 and m.state = 'queued' and m.position <= $3
      and ($4::timestamptz is null or m.last_at <= $4) and ${after('m.priority')}
    order by m.priority desc, m.since, m.matter limit $8),
  moved as (
    select m.tenant, m.matter, m.since from routing.matter m cross join lateral (${last('state')}) stood
    where m.tenant = $1 and m.first_position <= $3 and ($4::timestamptz is null or m.since <= $4) and (${changed})
      and stood.state = 'queued' and stood.team = $2 offset 0),
  changed as (
    select m.matter, urgent.priority, m.since from moved m cross join lateral (${last('priority')}) urgent
    where ${after('urgent.priority')}
    order by urgent.priority desc, m.since, m.matter limit $8)
  select matter from (select * from there union all select * from changed) page
  order by priority desc, since, matter limit $8`;

const texts = { known: text('m.position > $3'), happened: text('m.position > $3 or m.last_at > $4') };

/** The matters on a page of a team's queue as it was at a moment. */
export const waitedThen = async (
  client: Client,
  tenant: string,
  team: string,
  { position, until }: Pick<Moment, 'position' | 'until'>,
  { after: [priority, since, matter], limit }: { after: PlaceInQueue; limit: number },
): Promise<readonly string[]> => {
  const by = until === undefined ? 'known' : 'happened';
  const { rows } = await client.query<{ matter: string }>({
    name: `routing.queue_then.${by}`,
    text: texts[by],
    values: [tenant, team, position, until ?? null, -priority, since, matter, limit],
  });
  return rows.map((row) => row.matter);
};
