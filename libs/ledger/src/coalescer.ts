import { LedgerBusy, LedgerClosed } from './errors.ts';

/** What decides with whom a command may share a flush. */
export type Claim = {
  /** Commands of one line are flushed in the order in which they came. */
  readonly line: string;
  /** No other command of its line may share its flush. */
  readonly alone: boolean;
  /** Names of which each may stand in one command of a flush only. */
  readonly names: readonly string[];
  /** Nothing may come after it in its flush. */
  readonly last: boolean;
  readonly bytes: number;
};

/** How much one flush may hold, and how much may wait. A command that is larger than a flush goes alone. */
export type Limits = { commands: number; bytes: number; waiting: number; waitingBytes: number; lookahead: number };

export const flushLimits: Limits = {
  commands: 500,
  bytes: 8 * 1024 * 1024,
  waiting: 50_000,
  waitingBytes: 256 * 1024 * 1024,
  lookahead: 2_000,
};

type Claimed = { readonly claim: Claim };

/** The next flush from a queue, and what waits on, both in order. Never takes nothing from a queue that has something. */
export const pick = <T extends Claimed>(queue: readonly T[], limits: Limits): { taken: T[]; left: T[] } => {
  const flush = new Flush(limits);
  const taken: T[] = [];
  const held: T[] = [];
  let at = 0;
  for (; at < queue.length && at < limits.lookahead && flush.isOpen; at += 1) {
    const entry = queue[at]!;
    (flush.admits(entry.claim) ? taken : held).push(entry);
  }
  return { taken, left: held.concat(queue.slice(at)) };
};

class Flush {
  isOpen = true;
  private commands = 0;
  private bytes = 0;
  private readonly lines = new Map<string, 'shared' | 'alone' | 'held'>();
  private readonly names = new Set<string>();

  constructor(private readonly limits: Limits) {}

  admits(claim: Claim): boolean {
    if (this.commands > 0 && this.bytes + claim.bytes > this.limits.bytes) {
      // Whoever does not fit goes first next time; smaller ones that passed it for ever would starve it.
      this.isOpen = false;
      return false;
    }
    const line = this.lines.get(claim.line);
    if ((line && (line !== 'shared' || claim.alone)) || claim.names.some((name) => this.names.has(name))) {
      this.lines.set(claim.line, 'held');
      return false;
    }
    this.take(claim);
    return true;
  }

  private take({ line, alone, names, last, bytes }: Claim): void {
    this.lines.set(line, alone ? 'alone' : 'shared');
    for (const name of names) this.names.add(name);
    this.commands += 1;
    this.bytes += bytes;
    this.isOpen = !last && this.commands < this.limits.commands;
  }
}

type Entry<C, O> = Claimed & { readonly command: C; readonly settle: (outcome: Settled<O>) => void };
type Settled<O> = { readonly value: O } | { readonly error: unknown };

/** A lane: one flush at a time, as large as what came while the one before it was on its way. */
export type Coalescer<C, O> = {
  /**
   * One outcome per command, in order, once all are settled. Rejects with the error of the first that failed (others
   * may have been stored), with {@link LedgerBusy} where too much waits, with {@link LedgerClosed} after `close`.
   */
  readonly submit: (commands: readonly C[]) => Promise<readonly O[]>;
  /** Takes no more, and resolves when what was taken is settled. */
  readonly close: () => Promise<void>;
};

export type Coalescing<C, O> = {
  readonly claim: (command: C) => Claim;
  /** Stores commands together: one outcome for each, or an error and nothing is stored. */
  readonly flush: (commands: readonly C[]) => Promise<readonly O[]>;
  /** Whether an error may be the fault of a single command, so that the others should be tried without it. */
  readonly divisible: (error: unknown) => boolean;
  readonly limits?: Partial<Limits>;
};

/**
 * Collects the commands of waiting callers and flushes them together, without a timer: the first flushes at once, and
 * whoever comes while it is on its way shares the next. One bad command fails alone: its flush is halved until it stands by itself.
 */
export const coalesce = <C, O>({ claim, flush, divisible, limits: some }: Coalescing<C, O>): Coalescer<C, O> => {
  const limits = { ...flushLimits, ...some };
  let queue: Entry<C, O>[] = [];
  let waiting = 0;
  let waitingBytes = 0;
  let lane: Promise<void> | undefined;
  let closed = false;

  const settle = ({ claim: { bytes }, settle: tell }: Entry<C, O>, outcome: Settled<O>) => {
    waiting -= 1;
    waitingBytes -= bytes;
    tell(outcome);
  };

  const run = async (entries: readonly Entry<C, O>[]): Promise<void> => {
    try {
      const outcomes = await flush(entries.map(({ command }) => command));
      entries.forEach((entry, at) => settle(entry, { value: outcomes[at]! }));
    } catch (error) {
      if (entries.length === 1 || !divisible(error)) return entries.forEach((entry) => settle(entry, { error }));
      const half = entries.length >> 1;
      await run(entries.slice(0, half));
      await run(entries.slice(half));
    }
  };

  const work = async () => {
    // One turn of the event loop: callers that were answered just now are back with their next command.
    for (await turn(); queue.length > 0; await turn()) {
      const { taken, left } = pick(queue, limits);
      queue = left;
      await run(taken);
    }
    lane = undefined;
  };

  return {
    submit: async (commands) => {
      if (closed) throw new LedgerClosed('the ledger is closed');
      if (waiting >= limits.waiting || waitingBytes >= limits.waitingBytes) throw busy(waiting, waitingBytes);
      if (commands.length === 0) return [];
      return new Promise<readonly O[]>((resolve, reject) => {
        const tell = gather<O>(commands.length, resolve, reject);
        for (const [at, command] of commands.entries()) {
          const entry: Entry<C, O> = { command, claim: claim(command), settle: (outcome) => tell(at, outcome) };
          queue.push(entry);
          waiting += 1;
          waitingBytes += entry.claim.bytes;
        }
        lane ??= work();
      });
    },
    close: async () => {
      closed = true;
      await lane;
    },
  };
};

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

const busy = (commands: number, bytes: number) =>
  new LedgerBusy(`${commands} commands of ${bytes} bytes are waiting already; nothing of this was stored`);

/** Resolves when each of `count` has settled; rejects then with the first error there was. */
const gather = <O>(count: number, resolve: (all: readonly O[]) => void, reject: (error: unknown) => void) => {
  const outcomes: O[] = [];
  let open = count;
  let failure: { error: unknown } | undefined;
  return (at: number, outcome: Settled<O>) => {
    if ('error' in outcome) failure ??= outcome;
    else outcomes[at] = outcome.value;
    open -= 1;
    if (open > 0) return;
    if (failure) reject(failure.error);
    else resolve(outcomes);
  };
};
