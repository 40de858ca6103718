import { type PgType, type ValueOf } from './types.ts';

type Columns = Readonly<Record<string, PgType>>;
type Nullable<C extends Columns> = { [K in keyof C]: C[K] extends `${string}?` ? K : never }[keyof C];

/** A whole row; what is left out of the nullable columns is null. */
export type RowOf<C extends Columns> = { readonly [K in Exclude<keyof C, Nullable<C>>]: ValueOf<C[K]> } & {
  readonly [K in Nullable<C>]?: ValueOf<C[K]>;
};

/**
 * What a row comes to that is put where its key has one already.
 *
 * `keep` the first one stays · `replace` the later one stands: both for rows that only one stream writes, and only
 * these rows can be patched · `newest` the one with the greater `by` and `position` stands · `oldest` the one with the lesser · `add` the columns beside the key, all of them integer or bigint, add up:
 * these three come to the same in whatever order the streams are read. What is removed of them is gone for good: a
 * later row of the same key is not to be put in the same batch.
 */
export type Merge = 'keep' | 'replace' | 'newest' | 'oldest' | 'add';

/** The description of a table that a projector writes; its service's migration makes the table. */
export type Shape<C extends Columns = Columns, M extends Merge = Merge> = {
  /** With its schema: `timeline.entry`. */
  readonly name: string;
  readonly columns: C;
  /** The primary key; `tenant` is part of every one. */
  readonly key: readonly (keyof C & string)[];
  readonly merge: M;
  /** What orders `newest` and `oldest` before `position` does: columns that are never null, numbers or instants. */
  readonly by?: readonly (keyof C & string)[];
};

/** The values of some columns by name. */
export type Row = Readonly<Record<string, unknown>>;

/** One change of the row that has this key. */
export type Change = { readonly table: string; readonly is: 'put' | 'patch' | 'remove'; readonly row: Row };

type Keyed<C extends Columns, K> = Pick<RowOf<C>, K & keyof RowOf<C>>;

/** A table as projectors use it: its description, and the changes that its rows can undergo. */
export type Table<
  C extends Columns = Columns,
  K extends keyof C & string = keyof C & string,
  M extends Merge = Merge,
> = Shape<C, M> & {
  /** A row that is to be there, merged by the table's rule with the one that is. */
  put(row: RowOf<C>): Change;
  /** The row is to be there no longer. */
  remove(key: Keyed<C, K>): Change;
} & (M extends 'keep' | 'replace'
    ? {
        /** The columns given (beside the key, not `undefined`) take these values in a row that is there; where there is none, nothing happens. */
        patch(row: Keyed<C, K> & Partial<RowOf<C>>): Change;
      }
    : unknown);

/** Describes a table. Throws a TypeError where no table can be like that. */
export const table = <const C extends Columns, const K extends keyof C & string, const M extends Merge>(
  shape: Shape<C, M> & { readonly key: readonly K[] },
): Table<C, K, M> => {
  const fault = faultOf(shape);
  if (fault) throw new TypeError(`table ${shape.name}: ${fault}`);
  const change =
    (is: Change['is']) =>
    (row: object): Change => ({ table: shape.name, is, row: row as Row });
  const changes = { put: change('put'), patch: change('patch'), remove: change('remove') };
  const whole: unknown = { ...shape, ...changes };
  return whole as Table<C, K, M>;
};

/** The columns beside the key. */
export const valuesOf = ({ columns, key }: Shape): readonly string[] =>
  Object.keys(columns).filter((column) => !key.includes(column));

/** The columns that say which of two rows is newer. Two events never tie: `position` is the last word. */
export const orderOf = ({ by = [] }: Shape): readonly string[] => [...by, 'position'];

// A patch says by a bit per column which ones it means, in one bigint.
const mostValues = 62;
const name = /^[a-z_][a-z0-9_]*$/;
const keyTypes: readonly PgType[] = ['text', 'uuid', 'integer', 'bigint', 'boolean', 'timestamptz'];
const orderTypes: readonly PgType[] = ['integer', 'bigint', 'timestamptz'];
const sumTypes: readonly PgType[] = ['integer', 'bigint'];

function faultOf(shape: Shape): string | undefined {
  const { columns, key, merge } = shape;
  const bad = (names: readonly string[], types: readonly PgType[]) =>
    names.find((column) => !columns[column] || !types.includes(columns[column]));
  const parts = shape.name.split('.');
  if (parts.length !== 2 || ![...parts, ...Object.keys(columns)].every((part) => name.test(part)))
    return 'its name is schema.table, and all names are lower case';
  if (columns.tenant !== 'text' || !key.includes('tenant')) return 'its key has a column tenant of type text';
  const badKey = bad(key, keyTypes);
  if (badKey) return `${badKey} cannot be part of a key`;
  if (valuesOf(shape).length > mostValues) return `it has more than ${mostValues} columns beside its key`;
  if (merge === 'newest' || merge === 'oldest') {
    const badOrder = bad(orderOf(shape), orderTypes);
    if (badOrder) return `${badOrder} gives no order: a column that is never null, a number or an instant`;
  }
  const badSum = merge === 'add' && bad(valuesOf(shape), sumTypes);
  return badSum ? `${badSum} does not add up` : undefined;
}
