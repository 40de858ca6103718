import type { EventName } from '@throughline/contracts';
import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import type { Row, Shape } from '../table.ts';
import { type Fold, rowsMadeOf } from './fold.ts';

/**
 * Something whose row changes with every event of its stream. The row has columns `subject`, `last_at` (when the last
 * event happened) and positions of the first event and of the last.
 */
export type Noun = {
  readonly shape: Shape;
  /** The columns of its id, and of the positions. */
  readonly id: string;
  readonly first: string;
  readonly last: string;
  /** Its events are in this stream, named after the value of a column. */
  readonly stream: { readonly column: string; readonly of: (value: string) => string };
};

/** Which rows, by the values of a column: those of them that changed are all made at once. */
export type Which = { readonly column: 'subject' | 'matter'; readonly ids: readonly string[] };

/** Up to where it is known what was, and until when. */
export type Known = { readonly position: Position; readonly until?: string; readonly which: Which };

/** Rows that changed after a moment, as they were at it, by table. */
export type Changed = ReadonlyMap<string, readonly Row[]>;

/** What they are read with: as the tenant. */
export type ChangedDeps = {
  readonly client: Client;
  readonly ledger: Pick<Ledger, 'readAll'>;
  readonly tenant: string;
};

// Of whatever began by then and went on after it.
const changedText = ({ shape, id, first, last, stream }: Noun, by: string): string => `
  select '${shape.name}' as table, t.${id} as id, t.${stream.column} as stream from ${shape.name} t
  where t.tenant = $1 and t.${by} = any($2::uuid[]) and t.${first} <= $3::bigint
    and (t.${last} > $3 or t.last_at > $4::timestamptz)`;

// One per text: a connection may serve several schemas.
const nameOf = (nouns: readonly Noun[], by: string): string =>
  [nouns[0]!.shape.name.split('.')[0], 'then', ...nouns.map(({ id }) => id), by].join('.');

/**
 * Those of the nouns' rows that began by a moment and changed after it, as they were at it: made anew from the events of their
 * streams, which are few. All other rows are what they were.
 */
export const changedSince = async <Name extends EventName>(
  { client, ledger, tenant }: ChangedDeps,
  nouns: readonly Noun[],
  fold: Pick<Fold<Name>, 'events' | 'changesOf'>,
  { position, until, which: { column, ids } }: Known,
): Promise<Changed> => {
  const { rows } = await client.query<{ table: string; id: string; stream: string }>({
    name: nameOf(nouns, column),
    text: nouns.map((noun) => changedText(noun, column)).join(' union all'),
    values: [tenant, ids, position, until ?? null],
  });
  const nounOf = new Map(nouns.map((noun) => [noun.shape.name, noun]));
  const streams = new Set(rows.map(({ table, stream }) => nounOf.get(table)!.stream.of(stream)));
  const events =
    streams.size > 0
      ? await ledger.readAll(
          tenant,
          Array.from(streams, (stream) => ({ stream })),
        )
      : [];
  const known = events.filter((event: StoredEvent) => event.position <= position);
  const made = rowsMadeOf({ ...fold, tables: nouns.map(({ shape }) => shape) }, known);
  const changed = new Set(rows.map(({ table, id }) => `${table} ${id}`));
  const isChanged = (table: string, row: Row): boolean =>
    changed.has(`${table} ${row[nounOf.get(table)!.id] as string}`);
  return new Map(Array.from(made, ([table, those]) => [table, those.filter((row) => isChanged(table, row))]));
};
