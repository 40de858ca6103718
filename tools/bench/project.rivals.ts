import type { Database, Query } from '@throughline/postgres';
import type { Row, Shape } from '@throughline/read-model';
import type { Slot } from './figures.ts';

const rivalOf = ({ name }: Shape): string => name.replace('timeline', 'rival');

/** The tables once more for rivals, with the same keys and indexes, and a checkpoint. */
export const copyOf = async (owner: Database, tables: readonly Shape[]): Promise<void> => {
  const copies = tables.map((shape) => `create table ${rivalOf(shape)} (like ${shape.name} including all);`);
  await owner.query(`create schema rival;
    create table rival.checkpoint (position bigint);
    insert into rival.checkpoint values (0);
    ${copies.join('\n')}
    grant usage on schema rival to throughline_projector;
    grant all on all tables in schema rival to throughline_projector;`);
};

const mergeOf = ({ columns, key, merge, by = [] }: Shape): string => {
  const values = Object.keys(columns).filter((column) => !key.includes(column));
  const order = (of: string) => `(${[...by, 'position'].map((column) => `${of}.${column}`).join(', ')})`;
  const put = (value: (column: string) => string) =>
    `update set ${values.map((column) => `"${column}" = ${value(`"${column}"`)}`).join(', ')}`;
  const taken = put((column) => `excluded.${column}`);
  switch (merge) {
    case 'keep':
      return 'nothing';
    case 'replace':
      return taken;
    case 'add':
      return put((column) => `target.${column} + excluded.${column}`);
    case 'newest':
      return `${taken} where ${order('excluded')} > ${order('target')}`;
    case 'oldest':
      return `${taken} where ${order('excluded')} < ${order('target')}`;
  }
};

/** The prepared statement that puts one row. */
export const upsertOf = (shape: Shape): ((row: Row) => Query) => {
  const columns = Object.keys(shape.columns);
  const text = `insert into ${rivalOf(shape)} as target (${columns.map((column) => `"${column}"`).join(', ')})
    values (${columns.map((_, at) => `$${at + 1}`).join(', ')})
    on conflict (${shape.key.join(', ')}) do ${mergeOf(shape)}`;
  return (row) => ({ name: shape.name, text, values: columns.map((column) => row[column] ?? null) });
};

const page = 2_000;
const ofPage = `from (select * from ledger.event where position > $1 order by position limit ${page}) e
  cross join lateral json_to_record(e.data) as d (channel text, direction text, kind text, conversation uuid, automatic boolean, participants json)`;

/** From nothing, the lines of timelines by two statements a page: what SQL alone makes of the ledger. */
export const insertSelect = async (owner: Database, size: number, seconds: number): Promise<Slot> => {
  await owner.query('truncate rival.entry, rival.entry_of_handle');
  const latencies: number[] = [];
  const begun = performance.now();
  let at = 0;
  for (let last = begun; at < size && last - begun < seconds * 1_000; at += page) {
    await owner.tx(async (client) => {
      await client.query({
        name: 'entries',
        text: `insert into rival.entry
          select e.tenant, e.position, e.event_id, e.type, e.stream, e.stream_version, e.occurred_at, e.recorded_at,
            array(select (p ->> 'id')::uuid from json_array_elements(d.participants) p), e.data::text, e.meta::text ${ofPage}`,
        values: [at],
      });
      await client.query({
        name: 'lines',
        text: `insert into rival.entry_of_handle
          select e.tenant, (p ->> 'id')::uuid, e.occurred_at, e.position, e.event_id, 'interaction', d.channel, d.direction,
            d.kind, d.conversation, coalesce(d.automatic, false) ${ofPage}
          cross join lateral json_array_elements(d.participants) p`,
        values: [at],
      });
    });
    const now = performance.now();
    latencies.push(now - last);
    last = now;
  }
  return { done: at, ms: performance.now() - begun, latencies };
};
