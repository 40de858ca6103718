import type { Recorded } from '@throughline/contracts';
import { rootsOf } from '../conversation/conversation.query.ts';
import { recordsOf } from '../delivery/delivery.query.ts';
import type { HeardName } from '../heard.ts';
import { partiesOf } from '../party/party.query.ts';
import type { Reading } from '../reading.ts';
import { deliveryIn, peopleIn } from './decision.ts';
import { type Entry, entryOf, isLine } from './entry.ts';
import { opened, type Row, rowsAt, rowsOf } from './event.query.ts';
import { type Filter, type Place, placesOf, type Whose } from './line.query.ts';

const amendmentsOf = async ({ client, tenant }: Reading, interactions: readonly string[]): Promise<Row[]> => {
  const { rows } = await client.query<Row>({
    name: 'timeline.entry.amendments',
    text: `
      select 'InteractionAmended' as type, a.position, event, stream, version, occurred_at, recorded_at, data, meta
      from unnest($2::uuid[]) as asked (id)
      join timeline.amendment a on a.tenant = $1 and a.interaction = asked.id
      order by a.position`,
    values: [tenant, interactions],
  });
  return rows;
};

const conversationOf = (event: Recorded<HeardName>): string[] =>
  event.type === 'InteractionCaptured' || event.type === 'SessionEnded' ? [event.data.conversation] : [];

const byInteraction = async (reading: Reading, rows: readonly Row[]) => {
  const interactions = rows.filter(({ type }) => type === 'InteractionCaptured').map(({ event }) => event);
  const later = interactions.length > 0 ? await amendmentsOf(reading, interactions) : [];
  const events = (await opened(reading, later)) as Recorded<'InteractionAmended'>[];
  return Map.groupBy(events, ({ data }) => data.interaction);
};

// Rows as entries: opened, with their amendments, under the conversation that theirs was joined into. In the rows' order.
const shown = async (reading: Reading, rows: readonly Row[]): Promise<Entry[]> => {
  if (rows.length === 0) return [];
  // What is asked for is on its way while seals are opened.
  const [amendments, all] = await Promise.all([byInteraction(reading, rows), opened(reading, rows)]);
  const events = all.filter(isLine);
  const roots = await rootsOf(reading, [...new Set(events.flatMap(conversationOf))]);
  const records = await recordsOf(reading, events.flatMap(deliveryIn));
  const beside = {
    rootOf: (id: string) => roots.get(id) ?? id,
    partyOf: await partiesOf(reading, events.flatMap(peopleIn)),
    recordOf: (delivery: string) => records.get(delivery),
  };
  return events.map((event) => entryOf(event, { ...beside, amendments: amendments.get(event.id) }));
};

/** The entries at these positions, in this order; those that are not there are left out. */
export const entriesAt = async (reading: Reading, positions: readonly bigint[]): Promise<Entry[]> =>
  shown(reading, await rowsAt(reading, positions));

/** The entries that show these events, in this order; those that are not there are left out. */
export const entriesOf = async (reading: Reading, events: readonly string[]): Promise<Entry[]> =>
  shown(reading, await rowsOf(reading, events));

/** The handles whose timelines these events are lines of, by event. */
export const subjectsOf = async (
  { client, tenant }: Reading,
  events: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { rows } = await client.query<{ event: string; handles: string[] }>({
    name: 'timeline.entry.subjects',
    text: `
      select e.event, e.handles from unnest($2::uuid[]) as asked (id)
      join timeline.entry e on e.tenant = $1 and e.event = asked.id`,
    values: [tenant, events],
  });
  return new Map(rows.map(({ event, handles }) => [event, handles]));
};

/** At most `limit` entries, newest first, with their places. */
export const page = async (
  reading: Reading,
  whose: Whose,
  filter: Filter,
  range: { after?: Place; limit: number },
): Promise<{ readonly entry: Entry; readonly place: Place }[]> => {
  const places = await placesOf(reading, whose, filter, range);
  const rows = await entriesAt(
    reading,
    places.map(({ position }) => position),
  );
  const byPosition = new Map(rows.map((entry) => [BigInt(entry.position), entry]));
  return places.flatMap((place) => {
    const entry = byPosition.get(place.position);
    return entry ? [{ entry, place }] : [];
  });
};
