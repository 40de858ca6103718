import type { Recorded } from '@throughline/contracts';
import type { Stored } from '@throughline/privacy';
import { rootsOf } from '../conversation/conversation.query.ts';
import type { Reading } from '../reading.ts';
import type { HeardName } from '../heard.ts';
import { type Entry, type EntryEvent, entryOf } from './entry.ts';
import { type Filter, type Place, placesOf, type Whose } from './line.query.ts';

type Row = {
  readonly position: bigint;
  readonly event: string;
  readonly type: string;
  readonly stream: string;
  readonly version: number;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly data: string;
  readonly meta: string;
};

const columns = 'position, event, type, stream, version, occurred_at, recorded_at, data, meta';

const storedOf = (tenant: string, row: Row): Stored => ({
  id: row.event,
  tenant,
  type: row.type,
  stream: row.stream,
  version: row.version,
  position: row.position,
  occurredAt: row.occurred_at,
  recordedAt: row.recorded_at,
  data: row.data,
  meta: row.meta,
});

const byPositions = async ({ client, tenant }: Reading, positions: readonly bigint[]): Promise<Row[]> => {
  const { rows } = await client.query<Row>({
    name: 'timeline.entry.at',
    text: `
      select ${columns} from unnest($2::bigint[]) as asked (at)
      join timeline.entry e on e.tenant = $1 and e.position = asked.at`,
    values: [tenant, positions],
  });
  return rows;
};

const byEvents = async ({ client, tenant }: Reading, events: readonly string[]): Promise<Row[]> => {
  const { rows } = await client.query<Row>({
    name: 'timeline.entry.of',
    text: `
      select ${columns} from unnest($2::uuid[]) as asked (id)
      join timeline.entry e on e.tenant = $1 and e.event = asked.id`,
    values: [tenant, events],
  });
  return rows;
};

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

// Rows as entries: opened, with their amendments, under the conversation that theirs was joined into. In the rows' order.
const shown = async (reading: Reading, rows: readonly Row[]): Promise<Entry[]> => {
  const { tenant, vault } = reading;
  const interactions = rows.filter(({ type }) => type === 'InteractionCaptured').map(({ event }) => event);
  const later = interactions.length > 0 ? await amendmentsOf(reading, interactions) : [];
  const stored = [...rows, ...later].map((row) => storedOf(tenant, row));
  const opened = (await vault.open(tenant, stored)) as Recorded<HeardName>[];
  const roots = await rootsOf(reading, [...new Set(opened.flatMap(conversationOf))]);
  const amendments = Map.groupBy(
    opened.slice(rows.length) as Recorded<'InteractionAmended'>[],
    ({ data }) => data.interaction,
  );
  return (opened.slice(0, rows.length) as Recorded<EntryEvent>[]).map((event) =>
    entryOf(event, { amendments: amendments.get(event.id), rootOf: (id) => roots.get(id) ?? id }),
  );
};

const inOrder = <Key>(keys: readonly Key[], rows: readonly Row[], keyOf: (row: Row) => Key): Row[] => {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
};

/** The entries at these positions, in this order; those that are not there are left out. */
export const entriesAt = async (reading: Reading, positions: readonly bigint[]): Promise<Entry[]> => {
  if (positions.length === 0) return [];
  return shown(
    reading,
    inOrder(positions, await byPositions(reading, positions), ({ position }) => position),
  );
};

/** The entries that show these events, in this order; those that are not there are left out. */
export const entriesOf = async (reading: Reading, events: readonly string[]): Promise<Entry[]> => {
  if (events.length === 0) return [];
  return shown(
    reading,
    inOrder(events, await byEvents(reading, events), ({ event }) => event),
  );
};

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
