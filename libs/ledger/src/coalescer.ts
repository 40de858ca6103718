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
 * whoever comes while it is on its way shares the next. Where many wait there are two on their way, so that the store
 * has work while callers have theirs. One bad command fails alone: its flush is halved until it stands by itself.
 */
export const coalesce = <C, O>({ claim, flush, divisible, limits: some }: Coalescing<C, O>): Coalescer<C, O> => {
  const limits = { ...flushLimits, ...some };
  const linesOut = new Set<string>();
  let queue: Entry<C, O>[] = [];
  let out = 0;
  let answered = 0;
  let took = 0;
  let waiting = 0;
  let waitingBytes = 0;
  let due = false;
  let closing: { resolve: () => void; done: Promise<void> } | undefined;

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

  const send = async (entries: readonly Entry<C, O>[]): Promise<void> => {
    const lines = new Set(entries.map(({ claim: { line } }) => line));
    for (const line of lines) linesOut.add(line);
    out += 1;
    const begun = performance.now();
    await run(entries);
    answered = performance.now();
    took = answered - begun;
    out -= 1;
    for (const line of lines) linesOut.delete(line);
    plan();
  };

  const sendAll = () => {
    due = false;
    // Where callers come back fast beside what a flush takes, few large flushes do more than many that overlap.
    const most = performance.now() - answered > took ? limits.flushes : 1;
    while (out < most && queue.length > 0) {
      const least = out === 0 ? 1 : limits.worthwhile;
      if (queue.length < least) return;
      const share = shareOf(queue.length, most - out, limits);
      const { taken, left } = pick(queue, { ...limits, commands: share }, linesOut);
      if (taken.length < least) return;
      queue = left;
      void send(taken);
    }
    if (waiting === 0) closing?.resolve();
  };

  // A turn of the event loop later: callers that were answered just now are back with their next command then.
  const plan = () => {
    if (!due) setImmediate(sendAll);
    due = true;
  };

  return {
    submit: async (commands) => {
      if (closing) throw new LedgerClosed('the ledger is closed');
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
        plan();
      });
    },
    close: () => {
      closing ??= promised();
      plan();
      return closing.done;
    },
  };
};

/** How many of so many commands the next of so many flushes takes: an even share where each is worth its while. */
const shareOf = (commands: number, flushes: number, { worthwhile, commands: most }: Limits): number =>
  Math.min(commands >= flushes * worthwhile ? Math.ceil(commands / flushes) : commands, most);

const promised = () => {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  return { done, resolve };
};

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
