import { randomUUID } from 'node:crypto';
import { connect } from '@throughline/postgres';
import { coalesce } from './coalescer.ts';
import { checkName, limits, sound, type SoundCommand } from './command.ts';
import { factsIn } from './event-store-db/facts.ts';
import { type Answer, type Entry, flushTo } from './event-store-db/flush.ts';
import { nameOf, ours, positionOf, prefixOf, storedOf } from './event-store-db/record.ts';
import type { Claim, Limits } from './flush.ts';
import { onlyFork } from './fork.ts';
import { type Command, InvalidCommand, type Ledger, type Outcome, type Position, type StoredEvent } from './ledger.ts';
import type { Flushed } from './postgres.ts';

export type EventStoreLedgerOptions = {
  /** A connection string such as `esdb://admin:secret@one:2113,two:2113`. */
  readonly url: string;
  /** The database that ids are reserved in, with the ledger's migrations, as `throughline_projector`. */
  readonly factsUrl: string;
  /** Who appends. */
  readonly writer: string;
  /** Hears of each flush that stored something. */
  readonly onFlush?: (flushed: Flushed) => void;
  /** Other limits of a flush than the usual ones. */
  readonly limits?: Partial<Limits>;
};

/** A flush goes command by command, and who shares it waits for all of it. */
const usual = { commands: 200, flushes: 1 };
const streamsAtOnce = 16;

/**
 * The ledger in EventStoreDB or KurrentDB (24.2 or newer), with what it cannot look up itself in PostgreSQL. Positions are
 * commit positions: they grow, and are not dense. There is no chain, no place by time, and no consumer's checkpoint that
 * moves with events: a command that asks for one is an `InvalidCommand`. docs/event-store-db.md has it all. Rejects where
 * one of the two cannot be reached, and with a TypeError where the URL is no connection string.
 */
export const eventStoreLedger = async (options: EventStoreLedgerOptions): Promise<Ledger> => {
  checkName('writer', options.writer, limits.name);
  // The client is a hundred modules, which nobody with another ledger has to wait for.
  const { openServer } = await import('./event-store-db/client.ts');
  const server = openServer(options.url);
  const db = connect({ url: options.factsUrl, application: `ledger facts ${options.writer}` });
  const facts = factsIn(db);
  const closeAll = () => Promise.all([server.close(), db.close()]);
  await Promise.all([server.newest(ours), facts.placeBefore(0n)]).catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  const flush = flushTo(server, facts);
  const coalescer = coalesce<Entry, Answer>({
    claim: ({ command }) => claimOf(command),
    flush: async (entries) => {
      const begun = performance.now();
      const answers = await flush(entries);
      tell(options.onFlush, entries, answers, performance.now() - begun);
      return answers;
    },
    divisible: () => false,
    limits: { ...usual, ...options.limits },
  });
  const wakes = new Set<() => void>();
  let stopListening: (() => void) | undefined;

  const read: Ledger['read'] = async (tenant, stream, { fromVersion = 1, limit } = {}) => {
    checkName('tenant', tenant, limits.tenant);
    checkName('stream', stream, limits.stream);
    if (limit === 0) return [];
    return (await server.read(nameOf(tenant, stream), Math.max(fromVersion, 1) - 1, limit)).map(asStored);
  };

  /** The server reads on after an event only, and `after` may be any number. */
  const tail: Ledger['tail'] = async (after, { limit = 1_000, tenant } = {}) => {
    if (tenant !== undefined) checkName('tenant', tenant, limits.tenant);
    const prefix = tenant === undefined ? ours : prefixOf(tenant);
    const found: StoredEvent[] = [];
    for (let place = await facts.placeBefore(after); found.length < limit;) {
      const { events, isLast } = await server.after(place, prefix, limit);
      const page = events.map(storedOf);
      const skipped = page.filter(({ position }) => position <= after);
      // Somebody appended them and did not come to note where they are, or the notes were lost.
      await facts.settle(skipped);
      found.push(...page.slice(skipped.length).map(plain));
      if (isLast) break;
      place = page.at(-1)!.position;
    }
    return found.slice(0, limit);
  };

  const head = async (): Promise<Position> => {
    const newest = await server.newest(ours);
    return newest ? positionOf(newest.position) : 0n;
  };

  let closed: Promise<unknown> | undefined;
  const close = async () => {
    await coalescer.close();
    wakes.clear();
    stopListening?.();
    await closeAll();
  };

  return {
    abilities: { dense: false, chained: false, checkpoints: false },
    append: async (commands: readonly Command[]) => {
      const all = commands.map(appendable);
      const entries = all.filter(({ repeated }) => repeated === undefined);
      const answers = (await coalescer.submit(entries.map((command) => ({ command, token: randomUUID() })))).values();
      return all.map(({ repeated }) => (repeated === undefined ? outcomeOf(answers.next().value!) : twice(repeated)));
    },
    read,
    readAll: async (tenant, wanted) => {
      const found: StoredEvent[] = [];
      for (let at = 0; at < wanted.length; at += streamsAtOnce) {
        const some = wanted.slice(at, at + streamsAtOnce);
        found.push(...(await Promise.all(some.map(({ stream, fromVersion }) => read(tenant, stream, { fromVersion })))).flat()); // prettier-ignore
      }
      return found;
    },
    tail,
    head,
    // It is not forked but by hand.
    forkAt: async (position) => (position >= 1n && position <= (await head()) ? onlyFork : undefined),
    checkpoint: async (consumer) => {
      checkName('consumer', consumer, limits.name);
      return 0n;
    },
    watch: (wake) => {
      const entry = () => wake();
      wakes.add(entry);
      stopListening ??= server.watch(ours, () => wakes.forEach((one) => one()));
      return () => void wakes.delete(entry);
    },
    close: async () => void (await (closed ??= close())),
  };
};

const appendable = (command: Command): SoundCommand => {
  const checked = sound(command);
  if (checked.checkpoint)
    throw new InvalidCommand('checkpoint', 'cannot move with events that are stored in EventStoreDB');
  return checked;
};

const claimOf = ({ tenant, stream, events, destroys, bytes }: SoundCommand): Claim => ({
  line: nameOf(tenant, stream),
  alone: false,
  names: events.map(({ id }) => id),
  last: destroys.length > 0,
  bytes,
});

const outcomeOf = (answer: Answer): Outcome => {
  if ('error' in answer) throw answer.error;
  return answer.outcome;
};

const twice = (event: string): Outcome => ({ is: 'refused', reason: 'PartlyKnown', event });

const plain = (settled: ReturnType<typeof storedOf>): StoredEvent => {
  const { fingerprint: _, ...event } = settled;
  return event;
};
const asStored = (recorded: Parameters<typeof storedOf>[0]): StoredEvent => plain(storedOf(recorded));

const tell = (
  onFlush: EventStoreLedgerOptions['onFlush'],
  entries: readonly Entry[],
  answers: readonly Answer[],
  milliseconds: number,
): void => {
  const stored = answers.reduce((sum, answer) => sum + ('outcome' in answer && answer.outcome.is === 'appended' ? answer.outcome.positions.length : 0), 0); // prettier-ignore
  const bytes = entries.reduce((sum, { command }) => sum + command.bytes, 0);
  if (stored > 0) onFlush?.({ commands: entries.length, stored, bytes, milliseconds });
};
