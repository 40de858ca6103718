/** A moment as protobuf has it: `google.protobuf.Timestamp`. */
export type Timestamp = { seconds: bigint; nanos: number };

/** A protobuf moment as RFC 3339 in UTC, to the nanosecond; undefined stays so. Out of range: a text that no schema takes. */
export const instantOf = <T extends Timestamp | undefined>(at: T): T extends undefined ? undefined : string =>
  (at && textOf(at)) as never;

const textOf = ({ seconds, nanos }: Timestamp): string => {
  const date = new Date(Number(seconds) * 1_000);
  if (Number.isNaN(date.getTime()) || nanos < 0 || nanos > 999_999_999) return `${seconds}s ${nanos}ns`;
  const fraction = String(nanos).padStart(9, '0').replace(/0+$/, '');
  return `${date.toISOString().slice(0, -5)}${fraction && `.${fraction}`}Z`;
};

/** RFC 3339 in UTC as protobuf's moment; undefined stays so. */
export const timestampOf = <T extends string | undefined>(at: T): T extends undefined ? undefined : Timestamp =>
  (at && momentOf(at)) as never;

const momentOf = (at: string): Timestamp => {
  const [, second = at, fraction = ''] = /^(.*?:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(at) ?? [];
  return { seconds: BigInt(Date.parse(`${second}Z`) / 1_000), nanos: Number(fraction.padEnd(9, '0').slice(0, 9)) };
};

const isTimestamp = (value: object): value is Timestamp =>
  'seconds' in value && typeof value.seconds === 'bigint' && 'nanos' in value;

const plainOf = (value: unknown, asIs: ReadonlySet<string>): unknown => {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => plainOf(item, asIs));
  if (isTimestamp(value)) return textOf(value);
  const there = Object.entries(value).filter(
    ([, field]) => field !== undefined && !(Array.isArray(field) && field.length === 0),
  );
  return Object.fromEntries(there.map(([name, field]) => [name, asIs.has(name) ? field : plainOf(field, asIs)]));
};

/**
 * A generated message as the JSON that a caller would send over REST, ready for a zod schema: absent fields and empty
 * lists left out (protobuf knows no difference), moments as RFC 3339, int64 as numbers. Fields named in `asIs` (a
 * Struct's) are left as they are. So the same fact over gRPC and over REST is the same content.
 */
export const plain = (message: unknown, asIs: readonly string[] = ['details']): unknown =>
  plainOf(message, new Set(asIs));
