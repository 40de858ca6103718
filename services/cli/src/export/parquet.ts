import { fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { type CloudEvent, cellOf, type Column, columns, type Kind, names } from './row.ts';

const typeOf = (kind: Kind): Omit<SchemaElement, 'name'> => {
  switch (kind) {
    case 'integer':
      return { type: 'INT64' };
    case 'moment':
      return { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' };
    case 'flag':
      return { type: 'BOOLEAN' };
    case 'text':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8' };
  }
};

const schema: SchemaElement[] = [
  { name: 'event', num_children: names.length },
  ...names.map((name) => ({ name, repetition_type: 'OPTIONAL' as const, ...typeOf(columns[name]) })),
];

/** Microseconds since 1970. */
const micros = (at: string): bigint => {
  const fraction = /\.(\d+)Z$/.exec(at)?.[1] ?? '';
  const second = BigInt(Math.floor(Date.parse(at) / 1_000));
  return second * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
};

const valueOf = (event: CloudEvent, name: Column): unknown => {
  const cell = cellOf(event, name);
  if (cell === undefined) return null;
  switch (columns[name]) {
    case 'integer':
      return BigInt(cell);
    case 'moment':
      return micros(String(cell));
    case 'flag':
    case 'text':
      return cell;
  }
};

/** How much is held before it is written as a row group: rows, and characters of data. */
const most = { rows: 20_000, characters: 32_000_000 } as const;

/** Writes events to a new Parquet file, a row group at a time. */
export const writeParquet = async (file: string, events: AsyncIterable<CloudEvent>): Promise<void> => {
  const writer = new ParquetWriter({ writer: fileWriter(file), schema, createdBy: 'throughline' });
  let rows: CloudEvent[] = [];
  let characters = 0;
  const flush = async () => {
    const columnData = names.map((name) => ({
      name,
      data: rows.map((event) => valueOf(event, name)),
      statistics: name !== 'data',
    }));
    await writer.write({ columnData, rowGroupSize: most.rows });
    [rows, characters] = [[], 0];
  };
  for await (const event of events) {
    rows.push(event);
    characters += JSON.stringify(event.data).length;
    if (rows.length === most.rows || characters > most.characters) await flush();
  }
  if (rows.length > 0) await flush();
  await writer.finish();
};
