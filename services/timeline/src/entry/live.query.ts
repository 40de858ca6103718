import { livePositions } from '@throughline/feed';
import type { Reader, Reading } from '../reading.ts';
import type { Timeline } from '../timeline.ts';
import { entriesOf } from './entry.query.ts';
import { type Entry, type EntryType, typeOf } from './entry.ts';
import type { Stretch } from './touched.query.ts';

/** An entry that came or changed, and the position at which it did. */
export type Arrival = { readonly position: bigint; readonly entry: Entry };

type Row = { readonly at: bigint; readonly event: string };

const most = 200;
/** A stretch that is cheaper walked than all lines of a customer looked through. */
const short = 5_000n;
const isWalked = ({ after, to }: Stretch): boolean => to - after <= short;

const theirs = '(select handles from theirs)::uuid[]';

// The handles of the customer that $2 belongs to by now, looked up anew each time: links come and go.
const textOf = (lines: string): string => `
  with theirs as materialized (
    select array_agg(h.handle) as handles from identity.handle own
    join identity.handle h on h.tenant = $1 and h.customer = own.customer
    where own.tenant = $1 and own.handle = $2
  )
  select at, event from (
    ${lines}
    union all
    select a.position, a.interaction from timeline.amendment a
    join timeline.entry e on e.tenant = $1 and e.event = a.interaction
    where a.tenant = $1 and a.position > $3 and a.position <= $4 and e.handles && ${theirs} and e.type = any($5)
  ) as news (at, event) order by at limit ${most}`;

const walked = textOf(`
    select position, event from timeline.entry
    where tenant = $1 and position > $3 and position <= $4 and handles && ${theirs} and type = any($5)`);

const lookedThrough = textOf(`
    select distinct e.position, e.event from timeline.entry_of_handle l
    join timeline.entry e on e.tenant = $1 and e.position = l.position
    where l.tenant = $1 and l.handle = any(${theirs}) and l.position > $3 and l.position <= $4 and e.type = any($5)`);

const newsOf = async (
  reading: Reading,
  customer: string,
  { after, to }: Stretch,
  events: readonly string[],
): Promise<Arrival[]> => {
  const isShort = isWalked({ after, to });
  const { rows } = await reading.client.query<Row>({
    name: `timeline.live.${isShort ? 'walked' : 'through'}`,
    text: isShort ? walked : lookedThrough,
    values: [reading.tenant, customer, after, to, events],
  });
  const entries = await entriesOf(reading, [...new Set(rows.map(({ event }) => event))]);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return rows.flatMap(({ at, event }) => {
    const entry = byId.get(event);
    return entry ? [{ position: at, entry }] : [];
  });
};

const eventsOf = (types: readonly EntryType[]): string[] =>
  Object.entries(typeOf).flatMap(([event, type]) => (types.includes(type) ? [event] : []));

/**
 * The entries of a customer that come or change after a position, in that order, for as long as `signal` lets it: first
 * those that are there already. Follows the customer through links and their retraction.
 */
export async function* liveEntries(
  timeline: Timeline,
  { reader, customer, after, types }: { reader: Reader; customer: string; after?: bigint; types: readonly EntryType[] },
  signal: AbortSignal,
): AsyncGenerator<Arrival, void, void> {
  const events = eventsOf(types);
  let seen = after;
  for await (const to of livePositions(timeline.watermark('timeline', 'identity'), { signal })) {
    seen ??= to;
    while (seen < to && !signal.aborted) {
      const stretch: Stretch = { after: seen, to };
      if (isWalked(stretch) && !(await timeline.touched(reader.tenant, stretch)).has(customer)) {
        seen = to;
        continue;
      }
      const news = await timeline.read(reader, undefined, (reading) => newsOf(reading, customer, stretch, events));
      yield* news;
      seen = news.length < most ? to : news.at(-1)!.position;
    }
  }
}
