import type { Client, Transaction } from '@throughline/postgres';
import type { Effect, Effects } from './effect.ts';
import type { Row, Shape } from './table.ts';
import { columnOf, copyTextOf, travelOf } from './types.ts';

/** Rows that no table has yet, and the effects on those that it has. */
export type Parted = {
  readonly news: readonly (readonly [Shape, readonly Row[]])[];
  readonly rest: Effects;
};

/** Parts effects by whether their rows are there. True for as long as nobody else writes rows of these keys. */
export const partedByPresence = async (client: Client, effects: Effects): Promise<Parted> => {
  const news: [Shape, Row[]][] = [];
  const rest: [Shape, readonly Effect[]][] = [];
  for (const [shape, ofTable] of effects) {
    const there = await presentIn(client, shape, ofTable);
    const absent = ofTable.filter((_, at) => !there.has(at));
    // A patch of a row that is nowhere changes nothing.
    news.push([shape, absent.flatMap((one): Row[] => (one.absent ? [one.absent] : []))]);
    rest.push([shape, ofTable.filter((_, at) => there.has(at))]);
  }
  const hasSome = ([, all]: readonly [Shape, readonly unknown[]]): boolean => all.length > 0;
  return { news: news.filter(hasSome), rest: rest.filter(hasSome) };
};

/** Adds rows whose keys are new. Rejects where one is not. */
export const copyNew = async (client: Transaction, news: Parted['news']): Promise<void> => {
  for (const [{ name, columns }, rows] of news)
    await client.copy(`${name} (${listOf(Object.keys(columns))})`, copyTextOfRows(columns, rows));
};

const listOf = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(', ');

function copyTextOfRows(columns: Shape['columns'], rows: readonly Row[]): string {
  const described = Object.entries(columns);
  let text = '';
  for (const row of rows)
    for (let nth = 0; nth < described.length; nth += 1) {
      const [column, type] = described[nth]!;
      text += copyTextOf(type, row[column]) + (nth + 1 < described.length ? '\t' : '\n');
    }
  return text;
}

/** Which of these rows are there, by their place in the list. */
async function presentIn(client: Client, shape: Shape, effects: readonly Effect[]): Promise<ReadonlySet<number>> {
  const { name, key, columns } = shape;
  const { rows } = await client.query<{ at: number }>({
    name: `throughline.present.${name}`,
    text: textOf(shape),
    values: key.map((column) => columnOf(columns[column]!, effects.map((one) => one.key[column]))), // prettier-ignore
  });
  return new Set(rows.map(({ at }) => at));
}

// A probe for each: as a join it would be planned once, while the table is small, as a scan of it.
const textOf = ({ name, key, columns }: Shape): string => {
  const arrays = key.map((column, nth) => `$${nth + 1}::${travelOf(columns[column]!).as}[]`);
  const same = key.map((column) => `target."${column}" = source."${column}"`).join(' and ');
  // Where it stood in the list is by a name that no column has.
  return `select (source."#" - 1)::integer as at from unnest(${arrays.join(', ')}) with ordinality as source(${listOf(key)}, "#")
    where (select true from ${name} as target where ${same})`;
};
