/** PostgreSQL's binary form of an array, as far as it is written: it needs no quoting here and no parsing there. */
class Bytes {
  #buffer = Buffer.allocUnsafe(4_096);
  #at = 0;

  /** What was written. */
  get written(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  int32(value: number): void {
    this.#at = this.#room(4).writeInt32BE(value, this.#at);
  }

  int64(value: bigint): void {
    this.#at = this.#room(8).writeBigInt64BE(value, this.#at);
  }

  byte(value: number): void {
    this.#room(1)[this.#at++] = value;
  }

  bytes(value: Uint8Array): void {
    this.int32(value.byteLength);
    this.#room(value.byteLength).set(value, this.#at);
    this.#at += value.byteLength;
  }

  text(value: string): void {
    const buffer = this.#room(4 + value.length * 3);
    const length = buffer.write(value, this.#at + 4);
    buffer.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
  }

  #room(size: number): Buffer {
    if (this.#at + size > this.#buffer.length) {
      const larger = Buffer.allocUnsafe((this.#at + size) * 2);
      this.#buffer.copy(larger, 0, 0, this.#at);
      this.#buffer = larger;
    }
    return this.#buffer;
  }
}

/** The oid of a type, and how a value of it is written, its length in front. Throws `TypeError` or `RangeError` where it is none. */
export type Element = { readonly oid: number; readonly write: (to: Bytes, value: never) => void };

const digits = new Uint8Array(128).fill(0xff);
for (const digit of '0123456789abcdefABCDEF') digits[digit.charCodeAt(0)] = Number.parseInt(digit, 16);
const places = Array.from({ length: 36 }, (_, at) => at).filter((at) => ![8, 13, 18, 23].includes(at));

const writeUuid = (to: Bytes, text: string): void => {
  let wrong = text.length === 36 ? 0 : 0xff;
  to.int32(16);
  for (let nth = 0; nth < 32; nth += 2) {
    const high = digits[text.charCodeAt(places[nth]!)] ?? 0xff;
    const low = digits[text.charCodeAt(places[nth + 1]!)] ?? 0xff;
    wrong |= (high | low) & 0xf0;
    to.byte((high << 4) | low);
  }
  if (wrong) throw new TypeError('a uuid has 32 hexadecimal digits');
};

/** PostgreSQL's moments begin with the year 2000. */
const firstMoment = BigInt(Date.UTC(2000, 0, 1)) * 1_000n;

const writeMoment = (to: Bytes, text: string): void => {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new TypeError('a moment is written as in RFC 3339');
  // A Date has no microseconds.
  const micros = /\.\d{3}(\d{1,3})/.exec(text)?.[1]?.padEnd(3, '0') ?? 0;
  to.int32(8);
  to.int64(BigInt(milliseconds) * 1_000n + BigInt(micros) - firstMoment);
};

const writeText = (to: Bytes, value: string): void => to.text(value);

/** The types whose values travel as they are. */
export const elements = {
  boolean: {
    oid: 16,
    write: (to, value: boolean) => {
      to.int32(1);
      to.byte(value ? 1 : 0);
    },
  },
  bytea: { oid: 17, write: (to, value: Uint8Array) => to.bytes(value) },
  bigint: {
    oid: 20,
    write: (to, value: bigint | number) => {
      to.int32(8);
      to.int64(BigInt(value));
    },
  },
  integer: {
    oid: 23,
    write: (to, value: bigint | number) => {
      to.int32(4);
      // By way of a bigint, which is never 1.5.
      to.int32(Number(BigInt(value)));
    },
  },
  text: { oid: 25, write: writeText },
  json: { oid: 114, write: writeText },
  timestamptz: { oid: 1184, write: writeMoment },
  uuid: { oid: 2950, write: writeUuid },
} as const satisfies Record<string, Element>;

/** An array of one dimension, at least one element, nulls among them. */
export const arrayOf = ({ oid, write }: Element, values: readonly unknown[]): Buffer => {
  const to = new Bytes();
  const writeAny = write as (to: Bytes, value: unknown) => void;
  for (const header of [1, 1, oid, values.length, 1]) to.int32(header);
  for (const value of values) {
    if (value === null || value === undefined) to.int32(-1);
    else writeAny(to, value);
  }
  return to.written;
};
