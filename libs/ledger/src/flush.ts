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

/** How much a flush may hold, and how much may wait. A command that is larger than a flush goes alone. */
export type Limits = {
  readonly commands: number;
  readonly bytes: number;
  /** So many flushes are on their way at most; they share no line. */
  readonly flushes: number;
  /**
   * Milliseconds. So many are on their way only where the last one took less than this for each of its commands; else
   * its time went into the wait for the disk, which many commands share better than few.
   */
  readonly quick: number;
  /** Beside another one on its way a flush of fewer commands is not worth its while: it waits. */
  readonly worthwhile: number;
  /** So many commands may wait, or be on their way, before more are refused. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /**
   * Milliseconds. Where those that wait are likely to take longer than this, by how long flushes take at the moment, more
   * are refused: callers learn it at once, and not when they have given up.
   */
  readonly patience: number;
  /** So many commands are looked at for one flush. */
  readonly lookahead: number;
};

export const flushLimits: Limits = {
  commands: 500,
  bytes: 8 * 1024 * 1024,
  // Measured at 32 and 256 callers, against one: an eighth and a quarter more events a second where a commit takes 0.1 ms,
  // and the same where it takes 5 ms. Two without `quick` stored a third less there.
  flushes: 2,
  quick: 0.1,
  worthwhile: 8,
  waiting: 50_000,
  waitingBytes: 256 * 1024 * 1024,
  patience: 10_000,
  lookahead: 2_000,
};

export type Claimed = { readonly claim: Claim };

/** The next flush from a queue, without the lines that are out already, and what waits on, both in order. */
export const pick = <T extends Claimed>(
  queue: readonly T[],
  limits: Limits,
  linesOut: Iterable<string> = [],
): { taken: T[]; left: T[] } => {
  const flush = open(limits, linesOut);
  const taken: T[] = [];
  const held: T[] = [];
  let at = 0;
  for (; at < queue.length && at < limits.lookahead && flush.isOpen(); at += 1) {
    const entry = queue[at]!;
    (flush.admits(entry.claim) ? taken : held).push(entry);
  }
  return { taken, left: held.concat(queue.slice(at)) };
};

const open = (limits: Limits, linesOut: Iterable<string>) => {
  const lines = new Map<string, 'shared' | 'alone' | 'held'>();
  const taken = new Set<string>();
  let commands = 0;
  let bytes = 0;
  let isOpen = true;
  for (const line of linesOut) lines.set(line, 'held');

  const clashes = ({ line, alone, names }: Claim): boolean => {
    const state = lines.get(line);
    return (state && (state !== 'shared' || alone)) || names.some((name) => taken.has(name));
  };
  const take = ({ line, alone, names, last, bytes: more }: Claim) => {
    lines.set(line, alone ? 'alone' : 'shared');
    for (const name of names) taken.add(name);
    commands += 1;
    bytes += more;
    isOpen = !last && commands < limits.commands;
  };
  return {
    isOpen: () => isOpen,
    admits: (claim: Claim): boolean => {
      if (commands > 0 && bytes + claim.bytes > limits.bytes) {
        // Whoever does not fit goes first next time; smaller ones that passed it for ever would starve it.
        isOpen = false;
        return false;
      }
      if (clashes(claim)) {
        lines.set(claim.line, 'held');
        return false;
      }
      take(claim);
      return true;
    },
  };
};
