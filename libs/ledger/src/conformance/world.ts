import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Command, Ledger, NewEvent, Outcome, Position, StoredEvent } from '../ledger.ts';

export type Release = () => Promise<void>;

/** What can befall a store. An adapter whose store has no such thing leaves it out and declares the cases that need it. */
export type Faults = {
  /** The clock that stamps events goes back. */
  readonly clockBack: (milliseconds: number) => Promise<void>;
  /** All connections between ledgers and the store break. */
  readonly breakConnections: () => Promise<void>;
  /** The store does what the next append of {@link Subject.ledger} asks, and the answer is lost. */
  readonly loseNextAnswer: () => void;
  /**
   * The connection breaks while the next append of {@link Subject.ledger} is on its way. It arrives at the store when
   * the answer is called, which resolves once the store is done with it.
   */
  readonly delayNextAppend: () => () => Promise<void>;
  /** Somebody else is in the middle of an append and does not end it. */
  readonly holdAppends: () => Promise<Release>;
  /** A ledger on the same store that waits no longer than this, in milliseconds. */
  impatient(limit: { lock?: number; statement?: number }): Promise<Ledger>;
  /** One event is appended inside a transaction of another kind. */
  readonly appendInside: (kind: 'repeatable read' | 'serializable' | 'a business write') => Promise<unknown>;
  /** A transaction that has read the ledger stays open. Answers how many events it sees. */
  holdSnapshot(): Promise<{ count(): Promise<number>; release: Release }>;
  /** Transactions that have written stay open: one prepared and forgotten in another database, one here. */
  readonly forgetTransactions: () => Promise<Release>;
  /** The store loses power and comes back. */
  readonly crash: () => Promise<void>;
};

/** A store with a ledger on it. */
export type Subject = {
  readonly ledger: Ledger;
  /** The same store from another process. */
  readonly another: () => Promise<Ledger>;
  readonly faults: Partial<Faults>;
  readonly close: () => Promise<void>;
};

/** What one case works with: a tenant of its own on the store that all cases share. */
export type World = Pick<Subject, 'ledger' | 'another'> & {
  readonly tenant: string;
  /** How much the heavy cases do. */
  readonly scale: number;
  /** A fault that the adapter has not declared absent. */
  readonly fault: <K extends keyof Faults>(name: K) => Faults[K];
};

export type Case = { readonly number: number; readonly title: string; readonly run: (world: World) => Promise<void> };

/** An event of its own; what is given overrides. */
export const event = (over: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUID(),
  type: 'NoteWritten',
  occurredAt: '2026-05-04T09:30:00Z',
  data: JSON.stringify({ text: randomUUID() }),
  meta: '{"actor":"ann"}',
  ...over,
});

export const events = (count: number): NewEvent[] => Array.from({ length: count }, () => event());

/** A command of one event of its own; what is given overrides. */
export const command = (tenant: string, stream: string, over: Partial<Command> = {}): Command => ({
  tenant,
  stream,
  expected: 'any',
  events: [event()],
  ...over,
});

/** Appends one command. */
export const appendOne = async (ledger: Ledger, one: Command): Promise<Outcome> => (await ledger.append([one]))[0]!;

export const stored = (
  outcome: Outcome | undefined,
): { positions: readonly Position[]; versions: readonly number[] } => {
  if (outcome?.is !== 'appended' && outcome?.is !== 'duplicate') throw new Error(`not stored: ${show(outcome)}`);
  return outcome;
};

export const show = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));

/** Everything after a position, by pages. */
export const everything = async (
  ledger: Ledger,
  after: Position,
  tenant?: string,
  limit = 997,
): Promise<StoredEvent[]> => {
  const all: StoredEvent[] = [];
  for (let at = after; ; at = all.at(-1)!.position) {
    const page = await ledger.tail(at, { limit, tenant });
    if (page.length === 0) return all;
    all.push(...page);
  }
};

/** No position is missing, none comes twice, and time does not go backwards. */
export const expectWhole = (ledger: Ledger, after: Position, log: readonly StoredEvent[]): void => {
  if (ledger.abilities.dense)
    expect(log.map(({ position }) => position)).toEqual(log.map((_, at) => after + BigInt(at + 1)));
  const streams = new Map<string, number>();
  let before: StoredEvent | undefined;
  for (const { tenant, stream, version, position, recordedAt } of log) {
    const key = `${tenant} ${stream}`;
    const last = streams.get(key) ?? version - 1;
    if (version !== last + 1) throw new Error(`${key} goes from version ${last} to ${version} at position ${position}`);
    if (before && (before.position >= position || micros(before.recordedAt) > micros(recordedAt)))
      throw new Error(`position ${position} of ${recordedAt} comes after ${before.position} of ${before.recordedAt}`);
    streams.set(key, version);
    before = { tenant, stream, version, position, recordedAt } as StoredEvent;
  }
};

/** An instant as microseconds since 1970. */
export const micros = (instant: string): bigint => {
  const [seconds, fraction = ''] = instant.slice(0, -1).split('.') as [string, string?];
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000n + BigInt(fraction.padEnd(6, '0'));
};
