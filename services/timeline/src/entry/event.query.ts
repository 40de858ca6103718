import type { Recorded } from '@throughline/contracts';
import type { Stored } from '@throughline/privacy';
import type { HeardName } from '../heard.ts';
import type { Reading } from '../reading.ts';

/** An event as the read side keeps it: as it is stored, still sealed. */
export type Row = {
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

// One look-up for each, also as long as the server knows nothing of a young table.
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
      select e.* from unnest($2::bigint[]) as asked (at)
      cross join lateral (select ${columns} from timeline.entry where tenant = $1 and position = asked.at limit 1) as e`,
    values: [tenant, positions],
  });
  return rows;
};

const byEvents = async ({ client, tenant }: Reading, events: readonly string[]): Promise<Row[]> => {
  const { rows } = await client.query<Row>({
    name: 'timeline.entry.of',
    text: `
      select e.* from unnest($2::uuid[]) as asked (id)
      cross join lateral (select ${columns} from timeline.entry where tenant = $1 and event = asked.id limit 1) as e`,
    values: [tenant, events],
  });
  return rows;
};

/** Rows as events, their personal fields as far as they can be opened. */
export const opened = async ({ tenant, vault }: Reading, rows: readonly Row[]): Promise<Recorded<HeardName>[]> =>
  (await vault.open(
    tenant,
    rows.map((row) => storedOf(tenant, row)),
  )) as Recorded<HeardName>[];

const inOrder = <Key>(keys: readonly Key[], rows: readonly Row[], keyOf: (row: Row) => Key): Row[] => {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
};

/** The kept events at these positions, in this order; those that are not there are left out. */
export const rowsAt = async (reading: Reading, positions: readonly bigint[]): Promise<Row[]> =>
  positions.length === 0 ? [] : inOrder(positions, await byPositions(reading, positions), ({ position }) => position);

/** The kept events with these ids, in this order; those that are not there are left out. */
export const rowsOf = async (reading: Reading, events: readonly string[]): Promise<Row[]> =>
  events.length === 0 ? [] : inOrder(events, await byEvents(reading, events), ({ event }) => event);

/** The same as {@link rowsAt}, opened. */
export const eventsAt = async (reading: Reading, positions: readonly bigint[]): Promise<Recorded<HeardName>[]> =>
  opened(reading, await rowsAt(reading, positions));
