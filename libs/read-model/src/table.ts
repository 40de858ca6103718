/** A column's type in PostgreSQL; a question mark at its end lets the column be null. */
export type PgType = Base | `${Base}?`;

type Base = keyof Values;

type Values = {
  text: string;
  uuid: string;
  integer: number;
  bigint: bigint | number;
  boolean: boolean;
  /** RFC 3339 in UTC, ending in Z. */
  timestamptz: string;
  /** The text of a JSON value. */
  json: string;
  bytea: Uint8Array;
  'text[]': readonly string[];
  'uuid[]': readonly string[];
  /** The text of a tsvector. */
  tsvector: string;
};

type Columns = Readonly<Record<string, PgType>>;
type Value<Type extends PgType> = Type extends `${infer B extends Base}?`
  ? Values[B] | null
  : Type extends Base
    ? Values[Type]
    : never;
type Nullable<C extends Columns> = { [K in keyof C]: C[K] extends `${Base}?` ? K : never }[keyof C];

/** A whole row; what is left out of the nullable columns is null. */
export type RowOf<C extends Columns> = { readonly [K in Exclude<keyof C, Nullable<C>>]: Value<C[K]> } & {
  readonly [K in Nullable<C>]?: Value<C[K]>;
};

/**
 * What a row comes to that is put where its key has one already.
 *
 * `keep` the first one stays · `replace` the later one stands: both for rows that only one stream writes, and only
 * there rows can be patched and removed · `newest` the one with the greater `by` stands (on a tie the one that is
 * there) · `oldest` the one with the lesser · `add` the columns beside the key, all of them integer or bigint, add up:
 * these three come to the same in whatever order streams are read.
 */
export type Merge = 'keep' | 'replace' | 'newest' | 'oldest' | 'add';

/** The description of a table that a projector writes; its service's migration makes it. */
export type Shape<C extends Columns = Columns, M extends Merge = Merge> = {
  /** With its schema: `timeline.entry`. */
  readonly name: string;
  readonly columns: C;
  /** The primary key; `tenant` is part of every one. */
  readonly key: readonly (keyof C & string)[];
  readonly merge: M;
  /** The order of `newest` and `oldest`; `['position']` by default. Columns that are never null. */
  readonly by?: readonly (keyof C & string)[];
};

export type Row = Readonly<Record<string, unknown>>;

/** One change of one row, by its key. */
export type Change = {
  readonly table: string;
  readonly is: 'put' | 'patch' | 'remove';
  readonly row: Row;
};

/** A table as projectors use it: its description, and the changes it can undergo. */
export type Table<
  C extends Columns = Columns,
  K extends keyof C & string = keyof C & string,
  M extends Merge = Merge,
> = Shape<C, M> & {
  /** A row that is to be there, merged by the table's rule with one that is. */
  put(row: RowOf<C>): Change;
} & (M extends 'keep' | 'replace'
    ? {
        /** The columns given take these values, in a row that is there; where there is none, nothing happens. */
        patch(row: Pick<RowOf<C>, K & keyof RowOf<C>> & Partial<RowOf<C>>): Change;
        /** The row is to be there no longer. */
        remove(key: Pick<RowOf<C>, K & keyof RowOf<C>>): Change;
      }
    : unknown);

/** Describes a table. Throws where the description cannot be. */
export const table = <const C extends Columns, const K extends keyof C & string, const M extends Merge>(
  shape: Shape<C, M> & { readonly key: readonly K[] },
): Table<C, K, M> => {
  const change =
    (is: Change['is']) =>
    (row: object): Change => ({ table: shape.name, is, row: row as Row });
  return { ...shape, put: change('put'), patch: change('patch'), remove: change('remove') } as unknown as Table<
    C,
    K,
    M
  >;
};
