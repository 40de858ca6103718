import type { Row, Shape } from '../table.ts';
import { columnOf, travelOf } from '../types.ts';

/** A query that stands in the place of a table: its text, and the values of its parameters, `$1` the first. */
export type Relation = { readonly text: string; readonly values?: readonly unknown[] };

const listed = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(', ');

/** The rows of a table for which a condition holds. */
export const rowsWhere = ({ name, columns }: Shape, condition: string): Relation => ({
  text: `select ${listed(Object.keys(columns))} from ${name} where ${condition}`,
});

/** The same, and these rows with them. */
export const rowsWhereWith = (shape: Shape, condition: string, rows: readonly Row[]): Relation => {
  const there = rowsWhere(shape, condition);
  if (rows.length === 0) return there;
  const columns = Object.entries(shape.columns);
  const arrays = columns.map(([, type], nth) => `$${nth + 1}::${travelOf(type).as}[]`);
  const shown = columns.map(([column, type]) => travelOf(type).cast?.(`given."${column}"`) ?? `given."${column}"`);
  return {
    text: `${there.text}
union all select ${shown.join(', ')} from unnest(${arrays.join(', ')}) as given(${listed(Object.keys(shape.columns))})`,
    values: columns.map(([column, type]) => columnOf(type, rows.map((row) => row[column]))), // prettier-ignore
  };
};
