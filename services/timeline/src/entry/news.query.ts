import type { Timeline } from '../timeline.ts';

/** Positions from (not with) the first up to the last. */
export type Stretch = { readonly after: bigint; readonly to: bigint };

/** An event whose line came or changed, and the position at which it did. */
export type News = { readonly at: bigint; readonly event: string; readonly type: string };

/** What came in a stretch, in its order, to the timeline of the customer that a handle belongs to. */
export type NewsIn = (handle: string) => readonly News[];

/** A line of a customer, or a handle of one who has a line. */
type Row = { readonly customer: string } & (
  ({ readonly handle: null } & News) | { readonly handle: string; readonly event: null }
);

// Whose the handles are by now, looked up anew for each stretch: links come and go.
const text = `
  with news (at, event, type, handles) as (
    select position, event, type, handles from timeline.entry where tenant = $1 and position > $2 and position <= $3
    union all
    select a.position, a.interaction, e.type, e.handles
    from timeline.amendment a join timeline.entry e on e.tenant = $1 and e.event = a.interaction
    where a.tenant = $1 and a.position > $2 and a.position <= $3
  ), theirs as materialized (
    select distinct own.customer, news.at, news.event, news.type from news cross join unnest(news.handles) as of (handle)
    join identity.handle own on own.tenant = $1 and own.handle = of.handle
  )
  select customer, null as handle, at, event, type from theirs
  union all
  select h.customer, h.handle, null, null, null from (select distinct customer from theirs) as touched
  join identity.handle h on h.tenant = $1 and h.customer = touched.customer
  order by at`;

const isLine = (row: Row): row is Row & News => row.event !== null;

const look = async (timeline: Pick<Timeline, 'read'>, tenant: string, { after, to }: Stretch): Promise<NewsIn> =>
  timeline.read({ tenant, opens: false }, undefined, async ({ client }) => {
    const values = [tenant, after, to];
    const { rows } = await client.query<Row>({ name: 'timeline.live.news', text, values });
    const customers = new Map(rows.flatMap(({ customer, handle }) => (handle === null ? [] : [[handle, customer]])));
    const news = Map.groupBy(rows.filter(isLine), ({ customer }) => customer);
    return (handle) => news.get(customers.get(handle) ?? '') ?? [];
  });

/**
 * It is looked once for all who watch in this process and ask while it is looked: most of what comes is news for few of
 * them. Nothing is kept of what was answered: after a restore other events stand in the same stretch.
 */
export const newsOf = (timeline: Pick<Timeline, 'read'>) => {
  const looks = new Map<string, Promise<NewsIn>>();
  return (tenant: string, stretch: Stretch): Promise<NewsIn> => {
    const key = `${stretch.after} ${stretch.to} ${tenant}`;
    const looking = looks.get(key) ?? look(timeline, tenant, stretch).finally(() => looks.delete(key));
    looks.set(key, looking);
    return looking;
  };
};
