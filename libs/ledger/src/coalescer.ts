import { LedgerBusy, LedgerClosed } from './errors.ts';
import { type Claim, type Claimed, flushLimits, type Limits, pick } from './flush.ts';

type Entry<C, O> = Claimed & { readonly command: C; readonly settle: (outcome: Settled<O>) => void };
type Settled<O> = { readonly value: O } | { readonly error: unknown };

/** A lane: what comes while flushes are on their way shares the next one. */
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
 * whoever comes while it is on its way shares the next. Where flushes are quick there are two on their way, so that the
 * store has work while callers make their next commands. One bad command fails alone: its flush is halved until it
 * stands by itself.
 */
export const coalesce = <C, O>(coalescing: Coalescing<C, O>): Coalescer<C, O> => {
  const limits = { ...flushLimits, ...coalescing.limits };
  const pace = paceOf();
  const room = roomOf(limits, pace);
  const flush: typeof coalescing.flush = (commands) => pace.of(commands.length, coalescing.flush(commands));
  const linesOut = new Set<string>();
  let queue: Entry<C, O>[] = [];
  let out = 0;
  let due = false;
  let closing: PromiseWithResolvers<void> | undefined;

  const send = async (entries: readonly Entry<C, O>[]): Promise<void> => {
    const lines = new Set(entries.map(({ claim: { line } }) => line));
    for (const line of lines) linesOut.add(line);
    out += 1;
    await carryOut(entries, { ...coalescing, flush });
    out -= 1;
    for (const line of lines) linesOut.delete(line);
    plan();
  };

  const sendAll = () => {
    due = false;
    const most = pace.each() < limits.quick ? limits.flushes : 1;
    while (out < most && queue.length > 0) {
      const least = out === 0 ? 1 : limits.worthwhile;
      const share = shareOf(queue.length, most - out, limits);
      const { taken, left } = pick(queue, { ...limits, commands: share }, linesOut);
      if (taken.length < least) return;
      queue = left;
      void send(taken);
    }
    if (room.isEmpty()) closing?.resolve();
  };

  // A turn of the event loop later: callers that were answered just now are back with their next command then.
  const plan = () => {
    if (!due) setImmediate(sendAll);
    due = true;
  };

  return {
    submit: async (commands) => {
      if (closing) throw new LedgerClosed('the ledger is closed');
      room.refuseWhereFull();
      if (commands.length === 0) return [];
      return new Promise<readonly O[]>((resolve, reject) => {
        const tell = gather<O>(commands.length, resolve, reject);
        for (const [at, command] of commands.entries()) {
          const claim = coalescing.claim(command);
          const leave = room.enter(claim.bytes);
          queue.push({ command, claim, settle: (outcome) => (leave(), tell(at, outcome)) });
        }
        plan();
      });
    },
    close: () => {
      closing ??= Promise.withResolvers<void>();
      plan();
      return closing.promise;
    },
  };
};

/** Flushes entries and settles each, one half after the other where one of them may be at fault. */
const carryOut = async <C, O>(entries: readonly Entry<C, O>[], coalescing: Coalescing<C, O>): Promise<void> => {
  try {
    const outcomes = await coalescing.flush(entries.map(({ command }) => command));
    entries.forEach(({ settle }, at) => settle({ value: outcomes[at]! }));
  } catch (error) {
    if (entries.length === 1 || !coalescing.divisible(error)) return entries.forEach(({ settle }) => settle({ error }));
    const half = entries.length >> 1;
    await carryOut(entries.slice(0, half), coalescing);
    await carryOut(entries.slice(half), coalescing);
  }
};

/** How much waits or is on its way. */
const roomOf = (limits: Limits, pace: Pick<Pace, 'flush'>) => {
  const { waiting, waitingBytes, patience } = limits;
  let commands = 0;
  let bytes = 0;
  const flushesAhead = () => Math.ceil(Math.max(commands / limits.commands, bytes / limits.bytes));
  return {
    isEmpty: () => commands === 0,
    refuseWhereFull: () => {
      if (commands >= waiting || bytes >= waitingBytes)
        throw new LedgerBusy(`${commands} commands of ${bytes} bytes are waiting already; nothing of this was stored`);
      if (flushesAhead() * pace.flush() > patience)
        throw new LedgerBusy(`${commands} commands are waiting, and the store is slow; nothing of this was stored`);
    },
    enter: (weight: number) => {
      commands += 1;
      bytes += weight;
      return () => {
        commands -= 1;
        bytes -= weight;
      };
    },
  };
};

/** How long flushes take, in milliseconds. */
type Pace = {
  readonly of: <T>(commands: number, flush: Promise<T>) => Promise<T>;
  /** The last one for each of its commands. */
  readonly each: () => number;
  /** The last one, or the oldest that is on its way where that has taken longer already. */
  readonly flush: () => number;
};

const paceOf = (): Pace => {
  const out = new Set<number>();
  let each = 0;
  let last = 0;
  let home = 0;
  return {
    of: async (commands, flush) => {
      const begun = performance.now();
      out.add(begun);
      try {
        return await flush;
      } finally {
        const now = performance.now();
        // The store had begun with it only when the one before it was done.
        each = (now - Math.max(begun, home)) / commands;
        home = now;
        last = now - begun;
        out.delete(begun);
      }
    },
    each: () => each,
    flush: () => Math.max(last, out.size > 0 ? performance.now() - Math.min(...out) : 0),
  };
};

/** How many of so many commands the next of so many flushes takes: an even share where each is worth its while. */
const shareOf = (commands: number, flushes: number, { worthwhile, commands: most }: Limits): number =>
  Math.min(commands >= flushes * worthwhile ? Math.ceil(commands / flushes) : commands, most);

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
