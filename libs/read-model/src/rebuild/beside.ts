import type { EventName } from '@throughline/contracts';
import type { Client, Query } from '@throughline/postgres';
import type { Projector } from '../projector.ts';
import type { Change } from '../table.ts';

/** The name of the table that stands beside another one: `timeline_beside.entry`. */
export const besideOf = (table: string): string => table.replace('.', '_beside.');

/** What the projection is called that writes the tables beside those of another one. */
export const nameBeside = (projection: string): string => `${projection}.beside`;

/** The same projector, at work on the tables beside its own: what it reads of its rows, and what it writes, is there. It does nothing else. */
export const beside = <Name extends EventName, Context>(live: Projector<Name, Context>): Projector<Name, Context> => ({
  ...live,
  name: nameBeside(live.name),
  tables: live.tables.map((shape) => ({ ...shape, name: besideOf(shape.name) })),
  prepare: async (events, db) => (await live.prepare?.(events, readingBeside(live, db), false)) as Context,
  *project(events, context): Iterable<Change> {
    for (const change of live.project(events, context)) yield { ...change, table: besideOf(change.table) };
  },
});

/** A client to whose statements the projector's tables are those beside them. */
function readingBeside<Name extends EventName, Context>({ tables }: Projector<Name, Context>, db: Client): Client {
  const names = new RegExp(`\\b(${tables.map(({ name }) => name.replace('.', '\\.')).join('|')})\\b`, 'g');
  const moved = (text: string): string => text.replaceAll(names, besideOf);
  const movedQuery = ({ name, text, ...query }: Query): Query => ({
    ...query,
    ...(name !== undefined && { name: `${name}.beside` }),
    text: moved(text),
  });
  return {
    query: (query, values) => db.query(typeof query === 'string' ? moved(query) : movedQuery(query), values),
  };
}
