/** A column's type in PostgreSQL; a question mark at its end lets the column be null. */
export type PgType = BaseType | `${BaseType}?`;

export type BaseType = keyof Values;

/** What a projector gives for each type. */
export type Values = {
  text: string;
  uuid: string;
  integer: number;
  bigint: bigint | number;
  boolean: boolean;
  /** RFC 3339 in UTC, ending in Z. */
  timestamptz: string;
  /** The text of a JSON value, kept byte for byte. */
  json: string;
  bytea: Uint8Array;
  'text[]': readonly string[];
  'uuid[]': readonly string[];
  /** The text of a tsvector. */
  tsvector: string;
};

/** A value or null, of a column of the type. */
export type ValueOf<Type extends PgType> = Type extends `${infer Base extends BaseType}?`
  ? Values[Base] | null
  : Type extends BaseType
    ? Values[Type]
    : never;

/** How values of one type travel: as elements of one array, a column at a time. */
type Travel = {
  /** The element's text. */
  readonly text: (value: never) => string;
  /** The array's type in the statement. */
  readonly array: string;
  /** From an element to the column's value; the element itself unless given. */
  readonly cast?: (element: string) => string;
  /** The column's text, the same under any settings of the session. */
  readonly canonical?: (column: string) => string;
};

const asIs = (value: string): string => value;
const anyText = (value: string): string => quoted(value);
const plain = (value: bigint | number | boolean): string => String(value);

const travels = {
  text: { text: anyText, array: 'text[]' },
  uuid: { text: asIs, array: 'uuid[]' },
  integer: { text: plain, array: 'integer[]' },
  bigint: { text: plain, array: 'bigint[]' },
  boolean: { text: plain, array: 'boolean[]' },
  timestamptz: {
    text: anyText,
    array: 'timestamptz[]',
    canonical: (column) => `(extract(epoch from ${column}) * 1000000)::bigint`,
  },
  json: { text: anyText, array: 'json[]', canonical: (column) => `${column}::text` },
  bytea: {
    text: (value: Uint8Array) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
    array: 'text[]',
    cast: (element) => `decode(${element}, 'base64')`,
    canonical: (column) => `encode(${column}, 'hex')`,
  },
  'text[]': {
    text: (value: readonly string[]) => quoted(arrayOf(value, quoted)),
    array: 'text[]',
    cast: (element) => `${element}::text[]`,
  },
  'uuid[]': {
    text: (value: readonly string[]) => quoted(arrayOf(value, asIs)),
    array: 'text[]',
    cast: (element) => `${element}::uuid[]`,
  },
  tsvector: { text: anyText, array: 'text[]', cast: (element) => `${element}::tsvector` },
} satisfies Record<BaseType, Travel>;

/** The type without the question mark. */
export const baseOf = (type: PgType): BaseType => type.replace('?', '') as BaseType;

export const travelOf = (type: PgType): Travel => travels[baseOf(type)];

/** PostgreSQL's text of an array of one column's values. */
export const columnText = (type: PgType, values: readonly unknown[]): string => {
  const text = travelOf(type).text as (value: unknown) => string;
  return arrayOf(values, (value) => (value === null || value === undefined ? 'NULL' : text(value)));
};

function arrayOf<Value>(values: readonly Value[], text: (value: Value) => string): string {
  let all = '';
  for (const value of values) all += `${all && ','}${text(value)}`;
  return `{${all}}`;
}

const special = /["\\]/;

function quoted(value: string): string {
  return `"${special.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"') : value}"`;
}

/**
 * A text that two values share exactly where PostgreSQL holds them equal, for keys; for instants and numbers see also
 * {@link compare}.
 */
export const keyText = (type: PgType, value: unknown): string => {
  if (value === null || value === undefined) throw new TypeError('a key has no null');
  switch (baseOf(type)) {
    case 'uuid':
      return (value as string).toLowerCase();
    case 'timestamptz':
      return instantText(value as string);
    case 'text':
    case 'integer':
    case 'bigint':
    case 'boolean':
      return (value as string | number | bigint | boolean).toString();
    case 'json':
    case 'bytea':
    case 'text[]':
    case 'uuid[]':
    case 'tsvector':
      throw new TypeError(`a ${type} is no key`);
  }
};

/** Less than, equal to or greater than zero, as PostgreSQL orders two values of the type (text by code units, as under "C"). */
export const compare = (type: PgType, a: unknown, b: unknown): number => {
  const base = baseOf(type);
  if (base === 'integer' || base === 'bigint') {
    const difference = BigInt(a as number) - BigInt(b as number);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  const [one, other] = [keyText(type, a), keyText(type, b)];
  return one < other ? -1 : one > other ? 1 : 0;
};

// Without the zeros at the fraction's end and the Z, instants in UTC are ordered as their texts are.
function instantText(instant: string): string {
  if (!instant.endsWith('Z')) throw new RangeError(`${instant} is not an instant in UTC`);
  return instant.includes('.') ? instant.replace(/\.?0*Z$/, '') : instant.slice(0, -1);
}
