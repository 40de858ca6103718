import { arrayOf, elements } from './binary.ts';

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
  /** What they travel as. */
  readonly as: keyof typeof elements;
  /** From a value to the element; the value itself unless given. */
  readonly element?: (value: never) => unknown;
  /** From an element to the column's value; the element itself unless given. */
  readonly cast?: (element: string) => string;
  /** The column's text, the same under any settings of the session. */
  readonly canonical?: (column: string) => string;
};

const travels = {
  text: { as: 'text' },
  uuid: { as: 'uuid' },
  integer: { as: 'integer' },
  bigint: { as: 'bigint' },
  boolean: { as: 'boolean' },
  timestamptz: { as: 'timestamptz', canonical: (column) => `(extract(epoch from ${column}) * 1000000)::bigint` },
  json: { as: 'json', canonical: (column) => `${column}::text` },
  bytea: { as: 'bytea', canonical: (column) => `encode(${column}, 'hex')` },
  // Arrays within the array would have to be of one length.
  'text[]': {
    as: 'text',
    element: (value: readonly string[]) => `{${value.map(quoted).join()}}`,
    cast: (element) => `${element}::text[]`,
  },
  'uuid[]': {
    as: 'text',
    element: (value: readonly string[]) => `{${value.join()}}`,
    cast: (element) => `${element}::uuid[]`,
  },
  tsvector: { as: 'text', cast: (element) => `${element}::tsvector` },
} satisfies Record<BaseType, Travel>;

/** The type without the question mark. */
export const baseOf = (type: PgType): BaseType => type.replace('?', '') as BaseType;

export const travelOf = (type: PgType): Travel => travels[baseOf(type)];

/** One column's values, at least one, as a parameter of a statement. Throws where one is none of the type. */
export const columnOf = (type: PgType, values: readonly unknown[]): Buffer => {
  const { as, element } = travelOf(type) as { as: Travel['as']; element?: (value: unknown) => unknown };
  const elementOf = (value: unknown) => (value === null || value === undefined ? value : element!(value));
  return arrayOf(elements[as], element ? values.map(elementOf) : values);
};

/** A value or null as COPY reads it in its text format. */
export const copyTextOf = (type: PgType, value: unknown): string => {
  if (value === null || value === undefined) return '\\N';
  if (value instanceof Uint8Array)
    return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
  const { element } = travelOf(type) as { element?: (value: unknown) => unknown };
  const text = String(element ? element(value) : value);
  return escaped.test(text) ? text.replaceAll(eachEscaped, (one) => escapes[one]!) : text;
};

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const escaped = /[\\\n\r\t]/;
const eachEscaped = new RegExp(escaped, 'g');

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
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
