/** An event as the server keeps it. */
export type Logged = {
  /** Its place among all events, from 0 on. */
  readonly nth: number;
  readonly stream: string;
  /** 0, 1, 2 … within its stream. */
  readonly revision: number;
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
  readonly customMetadata: Uint8Array;
  /** Where its record begins in the log, in bytes. */
  readonly position: bigint;
};

export type Proposal = Pick<Logged, 'id' | 'metadata' | 'data' | 'customMetadata'>;

/** The revision that a stream has to have, or one of the words for it. */
export type Expectation = 'any' | 'no-stream' | 'exists' | number;

export type Appended =
  | { readonly is: 'stored'; readonly revision: number; readonly position: bigint }
  | { readonly is: 'wrong'; readonly current: number };

const ticksPerMillisecond = 10_000n;
/** Every so many appends the server writes something for itself. */
const every = 7;

/**
 * The transaction log of an EventStoreDB: records of all streams one after the other, each at the byte where it begins.
 * An append is whole or not at all. It is idempotent as the server's is: with an exact revision the ids that follow it
 * decide; with any revision, whether the stream has the ids.
 */
export class Log {
  private readonly all: Logged[] = [];
  private flushed = 0;
  private readonly streams = new Map<string, Logged[]>();
  // A log begins with a record about itself.
  private end = 1_640n;
  private appends = 0;
  private last = 0n;

  append(stream: string, expected: Expectation, events: readonly Proposal[]): Appended {
    const line = this.streams.get(stream) ?? [];
    const current = line.length - 1;
    const known = this.known(line, expected, events);
    if (known) return { is: 'stored', revision: known.revision, position: known.position };
    const holds = expected === 'any' || (expected === 'exists' ? current >= 0 : current === (expected === 'no-stream' ? -1 : expected)); // prettier-ignore
    if (!holds) return { is: 'wrong', current };
    if ((this.appends += 1) % every === 0) this.writeItsOwn();
    for (const event of events) this.write(stream, event);
    const newest = this.all.at(-1)!;
    return { is: 'stored', revision: newest.revision, position: newest.position };
  }

  /** The last of these events where the stream has all of them, where they belong. */
  private known(line: readonly Logged[], expected: Expectation, events: readonly Proposal[]): Logged | undefined {
    const first = typeof expected === 'number' ? expected + 1 : expected === 'no-stream' ? 0 : line.findIndex(({ id }) => id === events[0]?.id); // prettier-ignore
    if (first < 0 || events.length === 0) return undefined;
    const there = line.slice(first, first + events.length);
    return there.length === events.length && there.every(({ id }, at) => id === events[at]!.id) ? there.at(-1) : undefined; // prettier-ignore
  }

  private write(stream: string, event: Proposal): void {
    const line = this.streams.get(stream) ?? [];
    this.streams.set(stream, line);
    const now = BigInt(Date.now()) * ticksPerMillisecond;
    this.last = now > this.last ? now : this.last;
    const metadata = { ...event.metadata, created: String(this.last) };
    const logged = { ...event, nth: this.all.length, stream, revision: line.length, metadata, position: this.end };
    this.end += BigInt(97 + stream.length + event.data.length + event.customMetadata.length);
    this.all.push(logged);
    line.push(logged);
  }

  private writeItsOwn(): void {
    const metadata = { type: '$statsCollected', 'content-type': 'application/json' };
    const event = { id: crypto.randomUUID(), metadata, data: Buffer.from('{}'), customMetadata: Buffer.of() };
    this.write('$stats-127.0.0.1:2113', event);
    this.write('somebody-elses', { ...event, id: crypto.randomUUID(), metadata: { ...metadata, type: 'Theirs' } });
  }

  /** What was appended is on the disk: from now on it is read, and outlives a crash. */
  flush(): void {
    this.flushed = this.all.length;
  }

  /** The power fails. */
  crash(): void {
    for (const { stream } of this.all.splice(this.flushed)) this.streams.get(stream)!.pop();
  }

  /** The events of a stream; undefined where there is none. */
  stream(name: string): readonly Logged[] | undefined {
    const line = this.streams.get(name)?.filter(({ nth }) => nth < this.flushed);
    return line?.length ? line : undefined;
  }

  /** How many events can be read. */
  get size(): number {
    return this.flushed;
  }

  at(nth: number): Logged | undefined {
    return nth < this.flushed ? this.all[nth] : undefined;
  }

  /** Which is the first event after a position; undefined where no record begins there. */
  after(position: bigint): number | undefined {
    let [low, high] = [0, this.flushed];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.all[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return this.at(low)?.position === position ? low + 1 : undefined;
  }
}
