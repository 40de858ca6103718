import pg from 'pg';

const TEXT_ARRAY = 1009;
const INT8 = 20;
const INT8_ARRAY = 1016;
const JSON_TEXT = 114;
const JSON_ARRAY = 199;
const JSONB = 3802;
const JSONB_ARRAY = 3807;
const DATE = 1082;
const DATE_ARRAY = 1182;
const TIMESTAMP = 1114;
const TIMESTAMP_ARRAY = 1115;
const TIMESTAMPTZ = 1184;
const TIMESTAMPTZ_ARRAY = 1185;

type Parse = (text: string) => unknown;
type Format = 'text' | 'binary';
const usual = pg.types.getTypeParser as (oid: number, format?: Format) => Parse;

/**
 * Turns PostgreSQL's text of a `timestamptz`, written in a session whose time zone is UTC, into RFC 3339 with
 * microseconds: `2026-05-04T09:30:00.123456Z`. `infinity` and `-infinity` stay as they are.
 *
 * @throws RangeError for a year outside 0001–9999 and for a session that is not in UTC
 */
export function instantOf(text: string): string {
  const offset = text.length - 3;
  if (offset < 19 || text[4] !== '-' || !text.endsWith('+00')) return unusualInstant(text);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, offset).padEnd(6, '0')}Z`;
}

function unusualInstant(text: string): string {
  if (text === 'infinity' || text === '-infinity') return text;
  throw new RangeError(`${JSON.stringify(text)} is not an instant in UTC between the years 1 and 9999`);
}

const asIs: Parse = (text) => text;
type Texts = (string | null | Texts)[];
const textsOf = usual(TEXT_ARRAY) as (array: string) => Texts;
const each = (texts: Texts, parse: Parse): unknown[] =>
  texts.map((text) => (Array.isArray(text) ? each(text, parse) : text === null ? null : parse(text)));
const listOf =
  (parse: Parse): Parse =>
  (array) =>
    each(textsOf(array), parse);

const parsers = new Map<number, Parse>([
  [INT8, BigInt],
  [INT8_ARRAY, listOf(BigInt)],
  [JSON_TEXT, asIs],
  [JSON_ARRAY, listOf(asIs)],
  [JSONB, asIs],
  [JSONB_ARRAY, listOf(asIs)],
  [DATE, asIs],
  [DATE_ARRAY, listOf(asIs)],
  [TIMESTAMP, asIs],
  [TIMESTAMP_ARRAY, listOf(asIs)],
  [TIMESTAMPTZ, instantOf],
  [TIMESTAMPTZ_ARRAY, listOf(instantOf)],
]);

const parserOf = (oid: number, format?: Format): Parse =>
  (format === 'binary' ? undefined : parsers.get(oid)) ?? usual(oid, format);

/** How columns arrive: see `connect`. */
export const types: pg.CustomTypesConfig = { getTypeParser: parserOf };
