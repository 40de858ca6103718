/** The heavy cases as plain functions: the suite runs them small, a drill may run them for hours. */
import { randomUUID } from 'node:crypto';
import { LedgerBusy, LedgerUnavailable } from '../errors.ts';
import type { Command, Ledger, Outcome, Position, StoredEvent } from '../ledger.ts';

export type Toll = {
  /** Events that the ledger said it had stored. */
  acked: number;
  /** Events that are there. */
  stored: number;
  /** Acknowledged, and not there or not where they were said to be. */
  lost: number;
  /** There more than once. */
  doubled: number;
  /** Positions or versions that are missing or out of order. */
  holes: number;
};

type Acked = Map<string, Position>;

const eventOf = () => ({
  id: randomUUID(),
  type: 'NoteWritten',
  occurredAt: '2026-05-04T09:30:00Z',
  data: JSON.stringify({ text: randomUUID() }),
  meta: '{"actor":"drill"}',
});

const commandsOf = (tenant: string, writer: number, count: number): Command[] =>
  Array.from({ length: count }, (_, at) => ({
    tenant,
    stream: `s${(writer * 7 + at) % 50}`,
    expected: at % 10 === 0 ? 'exists' : 'any',
    events: Array.from({ length: at % 17 === 0 ? 3 : 1 }, eventOf),
  }));

const note = (acked: Acked, { events }: Command, outcome: Outcome) => {
  if (outcome.is === 'appended' || outcome.is === 'duplicate')
    events.forEach(({ id }, at) => acked.set(id, outcome.positions[at]!));
};

/** Asks until it has an answer: what it does not know it asks again. */
const insist = async (ledger: Ledger, commands: readonly Command[]): Promise<readonly Outcome[]> => {
  for (;;) {
    try {
      return await ledger.append(commands);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable) && !(error instanceof LedgerBusy)) throw error;
      // A ledger that is busy says so at once: asked again at once, it would never come to anything else.
      await new Promise((resolve) => void setTimeout(resolve, 20));
    }
  }
};

const write = async (ledger: Ledger, tenant: string, writer: number, acked: Acked, isOver: () => boolean) => {
  while (!isOver()) {
    const commands = commandsOf(tenant, writer, 20);
    (await insist(ledger, commands)).forEach((outcome, at) => note(acked, commands[at]!, outcome));
  }
};

/** Compares what was acknowledged with a reading of the log, in the order in which it was read. */
const reckon = (acked: Acked, log: readonly StoredEvent[], after: Position, dense: boolean): Toll => {
  const places = new Map(log.map(({ id, position }) => [id, position]));
  const versions = new Map<string, number>();
  let holes = 0;
  let last = after;
  for (const { stream, version, position } of log) {
    if (dense ? position !== last + 1n : position <= last) holes += 1;
    if (version !== (versions.get(stream) ?? 0) + 1) holes += 1;
    versions.set(stream, version);
    last = position;
  }
  const lost = [...acked].filter(([id, position]) => places.get(id) !== position).length;
  return { acked: acked.size, stored: places.size, lost, doubled: log.length - places.size, holes };
};

/** Case 20: a reader follows the tail while many writers append through several processes. */
export const tailUnderWriters = async (
  ledgers: readonly Ledger[],
  { tenant, writers, events }: { tenant: string; writers: number; events: number },
): Promise<Toll> => {
  const reader = ledgers[0]!;
  const after = await reader.head();
  const acked: Acked = new Map();
  const log: StoredEvent[] = [];
  let writing = true;
  const follow = async () => {
    for (let done = false; !done;) {
      // What was acknowledged before the page was asked for must be on it or before it.
      const isLast = !writing;
      const page = await reader.tail(log.at(-1)?.position ?? after, { limit: 500 });
      log.push(...page);
      done = isLast && page.length === 0;
      if (page.length === 0) await new Promise((resolve) => void setImmediate(resolve));
    }
  };
  const writes = Array.from({ length: writers }, (_, at) =>
    write(ledgers[at % ledgers.length]!, tenant, at, acked, () => acked.size >= events),
  );
  const stop = () => void (writing = false);
  await Promise.all([follow(), Promise.all(writes).then(stop, stop), ...writes]);
  return reckon(acked, log, after, reader.abilities.dense);
};

/** Case 33: the store crashes again and again while writers append, and they insist. */
export const crashUnderLoad = async (
  ledgers: readonly Ledger[],
  crash: () => Promise<void>,
  { tenant, writers, crashes, between }: { tenant: string; writers: number; crashes: number; between: number },
): Promise<Toll> => {
  const after = await ledgers[0]!.head();
  const acked: Acked = new Map();
  let over = false;
  const writes = Array.from({ length: writers }, (_, at) =>
    write(ledgers[at % ledgers.length]!, tenant, at, acked, () => over),
  );
  const writing = Promise.all(writes);
  writing.catch(() => {}); // Whoever waits for it hears of it, also where a crash goes wrong before.
  for (let round = 1; round <= crashes; round += 1) {
    await reached(acked, acked.size + between);
    await crash();
  }
  await reached(acked, acked.size + between);
  over = true;
  await writing;
  return reckon(acked, await readAll(ledgers[0]!, after), after, ledgers[0]!.abilities.dense);
};

const reached = async (acked: Acked, count: number): Promise<void> => {
  while (acked.size < count) await new Promise((resolve) => void setTimeout(resolve, 5));
};

const readAll = async (ledger: Ledger, after: Position): Promise<StoredEvent[]> => {
  const log: StoredEvent[] = [];
  for (;;) {
    const page = await ledger.tail(log.at(-1)?.position ?? after);
    if (page.length === 0) return log;
    log.push(...page);
  }
};
