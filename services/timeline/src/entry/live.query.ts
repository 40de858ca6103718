import { livePositions } from '@throughline/feed';
import type { Reader } from '../reading.ts';
import type { Timeline } from '../timeline.ts';
import { type Entry, type EntryType, typeOf } from './entry.ts';
import type { News, Stretch } from './news.query.ts';
import type { Seen } from './seen.ts';

/** An entry that came or changed, and where in the ledger it did; without one, where somebody begins who watches. */
export type Arrival = Seen & { readonly entry?: Entry };

/** Whose news, of which types of entries; first what came after a position. */
export type Watched = {
  readonly reader: Reader;
  readonly customer: string;
  readonly after?: bigint;
  readonly types: readonly EntryType[];
};

const most = 200;
/** A stretch that is cheaper walked, once for all who watch, than all lines of a customer looked through. */
const short = 5_000n;

// The handles of the customer that $2 belongs to by now, looked up anew each time: links come and go.
const lookedThrough = `
  with theirs as materialized (
    select array_agg(h.handle) as handles from identity.handle own
    join identity.handle h on h.tenant = $1 and h.customer = own.customer
    where own.tenant = $1 and own.handle = $2
  )
  select at, event from (
    select distinct e.position, e.event from timeline.entry_of_handle l
    join timeline.entry e on e.tenant = $1 and e.position = l.position
    where l.tenant = $1 and l.handle = any((select handles from theirs)::uuid[])
    and l.position > $3 and l.position <= $4 and e.type = any($5)
    union all
    select a.position, a.interaction from timeline.amendment a
    join timeline.entry e on e.tenant = $1 and e.event = a.interaction
    where a.tenant = $1 and a.position > $3 and a.position <= $4
    and e.handles && (select handles from theirs)::uuid[] and e.type = any($5)
  ) as news (at, event) order by at limit ${most}`;

const lookThrough = (
  timeline: Timeline,
  { reader, customer }: Watched,
  { after, to }: Stretch,
  events: readonly string[],
): Promise<readonly Omit<News, 'type'>[]> =>
  timeline.read(reader, undefined, async ({ client, tenant }) => {
    const values = [tenant, customer, after, to, events];
    const { rows } = await client.query<Omit<News, 'type'>>({
      name: 'timeline.live.through',
      text: lookedThrough,
      values,
    });
    return rows;
  });

const newsIn = async (timeline: Timeline, watched: Watched, stretch: Stretch, events: readonly string[]) => {
  if (stretch.to - stretch.after > short) return lookThrough(timeline, watched, stretch, events);
  const newsOf = await timeline.news(watched.reader.tenant, stretch);
  return newsOf(watched.customer)
    .filter(({ type }) => events.includes(type))
    .slice(0, most);
};

const eventsOf = (types: readonly EntryType[]): string[] =>
  Object.entries(typeOf).flatMap(([event, type]) => (types.includes(type) ? [event] : []));

/**
 * The entries of a customer that come or change after a position, in that order, for as long as `signal` lets it: first
 * where that is, for whoever breaks off before anything came, then those that are there already. Follows the customer
 * through links and their retraction. Throws `LedgerForeign` where the ledger is restored to an earlier time than they
 * were told of, also if it has gone on past that since.
 */
export async function* liveEntries(
  timeline: Timeline,
  watched: Watched,
  signal: AbortSignal,
): AsyncGenerator<Arrival, void, void> {
  const events = eventsOf(watched.types);
  // Hardly ever does one begin in between.
  const forkOf = async (at: bigint, from: Seen, to: Seen) =>
    from.fork.epoch === to.fork.epoch ? to.fork : (await timeline.stands.at(at)).fork;
  let stood = watched.after === undefined ? undefined : await timeline.stands.at(watched.after);
  if (stood) yield stood;
  for await (const to of livePositions(timeline.watermark('timeline', 'identity'), { signal })) {
    // Before its news are read: after it, another event could stand there by then.
    const next = await timeline.stands.at(to);
    if (!stood) yield (stood = next);
    // Where the rows of another version are live, reads may go back, and come again.
    if (to <= stood.position) await timeline.stands.affirm(stood);
    for (let seen = stood.position; seen < to && !signal.aborted;) {
      const news = await newsIn(timeline, watched, { after: seen, to }, events);
      // The rows may be further than the ledger, or of before.
      await Promise.all([stood, next].map(timeline.stands.affirm));
      if (news.length > 0) {
        const entries = await timeline.shown(watched.reader, news.map(({ event }) => event)); // prettier-ignore
        for (const { at, event } of news) {
          const entry = entries.get(event);
          if (entry) yield { position: at, fork: await forkOf(at, stood, next), entry };
        }
      }
      seen = news.length < most ? to : news.at(-1)!.at;
    }
    if (to > stood.position) stood = next;
  }
}
