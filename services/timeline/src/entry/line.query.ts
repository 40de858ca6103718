import { oneWith } from '../conversation/conversation.query.ts';
import type { Reading } from '../reading.ts';
import { sizesOf } from '../volume/volume.query.ts';
import type { EntryType } from './entry.ts';
import { happenedBy } from './happened.ts';

/** Whose timeline: handles that are one customer, or an account. */
export type Whose = { readonly handles: readonly string[] } | { readonly account: string };

/** Which entries; every condition that is there must hold. */
export type Filter = {
  readonly channel?: string;
  readonly direction?: string;
  readonly kind?: string;
  /** The id of a handle that takes part. */
  readonly participant?: string;
  /** A conversation, with all that were joined into it. */
  readonly conversation?: string;
  /** At this moment or after it. */
  readonly from?: string;
  /** Before this moment. */
  readonly to?: string;
  readonly types?: readonly EntryType[];
};

/** An entry's place in the order of timelines: by moment, then by position. */
export type Place = { readonly at: string; readonly position: bigint };

const table = (whose: Whose) =>
  'account' in whose
    ? { name: 'timeline.entry_of_account', owner: 'account', ids: [whose.account] }
    : { name: 'timeline.entry_of_handle', owner: 'handle', ids: whose.handles };

// One range of the key per owner, newest first, each as long as the page may be; an entry under several of them is one line.
const textOf = (name: string, owner: string, those = ''): string => `
  select distinct r.occurred_at, r.position
  from (select id from unnest($2::uuid[]) as asked (id) ${those}) as asked
  cross join lateral (
    select l.occurred_at, l.position from ${name} l
    where l.tenant = $1 and l.${owner} = asked.id
      and (l.occurred_at, l.position) < ($3::timestamptz, $4::bigint)
      and l.occurred_at >= $5::timestamptz and l.occurred_at < $13::timestamptz
      and ($6::text is null or l.channel = $6)
      and ($7::text is null or l.direction = $7)
      and ($8::text is null or $8 = case
        when l.event in (select a.interaction from timeline.amendment a where a.tenant = $1 and a.kind is not null)
        then (
          select a.kind from timeline.amendment a
          where a.tenant = $1 and a.interaction = l.event and a.kind is not null order by a.position desc limit 1)
        else l.kind end)
      and ($9::uuid[] is null or l.conversation = any($9))
      and ($10::text[] is null or l.type = any($10))
      and ($11::uuid[] is null or exists (
        select from timeline.entry_of_handle o
        where o.tenant = $1 and o.handle = any($11) and o.occurred_at = l.occurred_at and o.position = l.position))
    order by l.occurred_at desc, l.position desc limit $12::integer) r
  order by r.occurred_at desc, r.position desc limit $12::integer`;

// Where nothing ever was on a channel or in a direction, no line need be looked at to know it.
const busy = `
  where ($6::text is null and $7::text is null) or exists (
    select from timeline.tally t where t.tenant = $1 and t.handle = asked.id
      and ($6::text is null or t.channel = $6) and ($7::text is null or t.direction = $7))`;

const texts = {
  'timeline.entry_of_handle': textOf('timeline.entry_of_handle', 'handle', busy),
  'timeline.entry_of_account': textOf('timeline.entry_of_account', 'account'),
};

type Driven = { readonly whose: Whose; readonly others: readonly string[] | null };

/**
 * A page of what two have in common walks along one of their timelines and looks each line up in the other's: along the
 * shorter, or a customer whom an agent wrote to once would have all of its lines looked up.
 */
const drivenBy = async (reading: Reading, whose: Whose, participant: string | undefined): Promise<Driven> => {
  if (participant === undefined) return { whose, others: null };
  if ('account' in whose) return { whose, others: [participant] };
  if (whose.handles.includes(participant)) return { whose: { handles: [participant] }, others: null };
  const sizes = await sizesOf(reading, [participant, ...whose.handles]);
  const theirs = whose.handles.reduce((sum, handle) => sum + (sizes.get(handle) ?? 0), 0);
  const swapped = (sizes.get(participant) ?? 0) < theirs;
  return swapped ? { whose: { handles: [participant] }, others: whose.handles } : { whose, others: [participant] };
};

/** The places of at most `limit` entries, newest first, after (that is, older than) a place. */
export const placesOf = async (
  reading: Reading,
  of: Whose,
  filter: Filter,
  { after, limit }: { after?: Place; limit: number },
): Promise<Place[]> => {
  const { whose, others } = await drivenBy(reading, of, filter.participant);
  const conversations = filter.conversation === undefined ? null : await oneWith(reading, filter.conversation);
  const { name, ids } = table(whose);
  const { at, position } = after ?? { at: 'infinity', position: 0n };
  const { rows } = await reading.client.query<{ occurred_at: string; position: bigint }>({
    name: `${name}.page`,
    text: texts[name as keyof typeof texts],
    values: [
      reading.tenant, ids, at, position, filter.from ?? '-infinity', filter.channel, filter.direction, filter.kind,
      conversations, filter.types, others, limit,
      filter.to ?? 'infinity',
    ], // prettier-ignore
  });
  return rows.map((row) => ({ at: row.occurred_at, position: row.position }));
};

/** Where the interactions of these handles begin and end, and where somebody spoke last, newest first. */
export type Landmarks = {
  readonly first?: bigint;
  readonly last?: bigint;
  readonly talks: readonly bigint[];
};

const along = (order: '' | 'desc', which: string, limit: string): string => `
  select distinct r.occurred_at, r.position from unnest($2::uuid[]) as asked (id)
  cross join lateral (
    select l.occurred_at, l.position from timeline.entry_of_handle l
    where l.tenant = $1 and l.handle = asked.id and l.type = 'interaction' ${which} and ${happenedBy('$4')}
    order by l.occurred_at ${order}, l.position ${order} limit ${limit}) r
  order by r.occurred_at ${order}, r.position ${order} limit ${limit}`;

const spoken = `and not l.automatic and l.direction in ('inbound', 'outbound')`;

/** The landmarks of these handles by a moment, with at most `talks` of what was spoken. */
export const landmarksOf = async (
  { client, tenant }: Reading,
  handles: readonly string[],
  { now, talks }: { readonly now: Date; readonly talks: number },
): Promise<Landmarks> => {
  const { rows } = await client.query<{ what: 'first' | 'last' | 'talk'; position: bigint }>({
    name: 'timeline.line.landmarks',
    text: `
      select what, position from (
        select 'first' as what, f.* from (${along('', '', '1')}) as f
        union all select 'last', l.* from (${along('desc', '', '1')}) as l
        union all select 'talk', t.* from (${along('desc', spoken, '$3::integer')}) as t) as found
      order by occurred_at desc, position desc`,
    values: [tenant, handles, talks, now],
  });
  const at = (which: string): bigint[] => rows.filter(({ what }) => what === which).map(({ position }) => position);
  return { first: at('first')[0], last: at('last')[0], talks: at('talk') };
};
