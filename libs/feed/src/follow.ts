import type { Ledger, Position } from '@throughline/ledger';
import { BeyondLedger, type Consumer, wholeLedger } from './consumer.ts';
import { type Lane, lane } from './lane.ts';
import { reader, stretchesOf } from './page.ts';
import { patience, type Patience, Stopped } from './patience.ts';
import { progress } from './progress.ts';
import { type News, reportOf } from './report.ts';
import { bell, pause } from './wait.ts';

/** A consumer that is being fed. */
export interface Following {
  readonly name: string;
  /** `failing` while the world refuses (a database is away); it goes on by itself. */
  readonly state: 'running' | 'failing' | 'stopped';
  /** What it failed with last, while it fails. */
  readonly lastError: Error | undefined;
  /** Since it began: events applied, events parked, and tries that the world let fail. */
  readonly counts: { readonly applied: number; readonly parked: number; readonly retries: number };
  /** Everything up to here is dealt with: applied, parked or of no interest. */
  position(): Position;
  /** True as soon as everything up to `position` is dealt with, false after `withinMs` milliseconds or once stopped. */
  waitFor(position: Position, withinMs: number): Promise<boolean>;
  /** Calls `wake` after the position moved. Answers how to stop. */
  watch(wake: () => void): () => void;
  /** Finishes the batch at hand and ends. */
  stop(): Promise<void>;
}

/** What a following reads: the ledger, or what stands for it. */
export type Source = Pick<Ledger, 'tail' | 'watch'> &
  Partial<Pick<Ledger, 'head'>> & {
    /**
     * Whether the work is this process's now; `watch` wakes after it changed. Where it is not, the following stands by: it
     * applies nothing, and tells the position that another process has come to. Always, unless given.
     */
    readonly isActive?: () => boolean;
  };

/** How a consumer is fed; all of it has a default. */
export type FollowOptions = {
  /** Most events of a batch; 2 000 unless given. Where they are large it takes fewer, about 8 MiB. */
  readonly limit?: number;
  /** How long an idle tail waits at most before it looks by itself, in milliseconds; 1 000 unless given. */
  readonly pollMs?: number;
  /**
   * How long it lets events gather after a small batch, in milliseconds; 10 unless given. The first event after a silence
   * is taken at once; where many come, a batch costs about as much as a single one.
   */
  readonly restMs?: number;
  /** Hears what an operator may want in a log. Errors can quote personal values: log their code, not their text. */
  readonly onNews?: (news: News) => void;
};

/**
 * Feeds a consumer straight from its source, from its checkpoint on, for as long as the process lives. Woken by the
 * source's hint, and by polling. Never throws and never ends by itself, whatever the consumer does. Two processes may
 * follow with the same consumer: the checkpoint lets one of them win each batch.
 */
export const follow = (
  source: Source,
  consumer: Consumer,
  { limit = 2_000, pollMs = 1_000, restMs = 10, onNews }: FollowOptions = {},
): Following => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const reached = progress(signal);
  const report = reportOf(onNews);
  const patiently = patience(signal, report);
  const tail = lane({
    consumer,
    partition: wholeLedger,
    patiently,
    committed: (batch) => {
      report.committed(batch);
      reached.move(batch.to);
    },
    moved: reached.move,
    refused: report.refused,
  });
  const lookUp = async () => {
    const before = reached.position();
    reached.move(await patiently(() => consumer.position(wholeLedger)));
    return reached.position() !== before;
  };
  const isActive = () => (source.isActive?.() ?? true) && (consumer.isActive?.() ?? true);
  const { name } = consumer;
  const ended = run({ name, source, tail, isActive, lookUp, patiently, signal, limit, pollMs, restMs }).then(
    report.stopped,
  );

  return {
    name,
    get state() {
      return report.state();
    },
    get lastError() {
      return report.lastError();
    },
    counts: report.counts,
    position: reached.position,
    waitFor: reached.waitFor,
    watch: reached.watch,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
};

type Run = {
  readonly name: string;
  readonly source: Source;
  readonly tail: Lane;
  readonly isActive: () => boolean;
  /** Looks where the checkpoint is, and answers whether it moved. */
  readonly lookUp: () => Promise<boolean>;
  readonly patiently: Patience;
  readonly signal: AbortSignal;
  readonly limit: number;
  readonly pollMs: number;
  readonly restMs: number;
};

const shortestIdle = 20;
/** After a batch of so many there is no rest: there may be more behind it. */
const large = 100;
/** However often others move the checkpoint: who stands by has to be right, and not to keep the database busy. */
const standByMs = 50;

/** Resolves once `signal` aborted and the batch at hand is done. */
async function run(deps: Run): Promise<void> {
  const { source, isActive, patiently, signal, pollMs } = deps;
  const hint = bell();
  const unwatch = source.watch(hint.ring);
  const takeNext = taking(deps);

  const work = async () => {
    let wasActive = false;
    for (let idle = shortestIdle; !signal.aborted;) {
      const active = isActive();
      if (active && !wasActive) await deps.tail.resume();
      wasActive = active;
      const moved = active ? await takeNext() : await deps.lookUp();
      const busy = moved || (await hint.wait(idle, signal));
      if (!active) await pause(standByMs, signal);
      idle = busy ? shortestIdle : Math.min(idle * 2, pollMs);
    }
  };

  // Patience around it all: a mistake of our own is told and tried again as well.
  await patiently(work).catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
  });
  unwatch();
}

/** Takes the next page; now and then looks whether the ledger still reaches so far, and takes what is parked and wanted. Answers whether there was a page. */
const taking = ({ name, source, tail, patiently, signal, limit, pollMs, restMs }: Run): (() => Promise<boolean>) => {
  const pageAfter = reader(source, patiently, limit);
  let looked = -Infinity;
  return async () => {
    if (performance.now() - looked >= pollMs) {
      const head = await patiently(async () => source.head?.());
      if (head !== undefined && tail.position() > head) throw new BeyondLedger(name, tail.position(), head);
      await tail.retryWanted();
      looked = performance.now();
    }
    const after = tail.position();
    const events = await pageAfter(after);
    for (const stretch of stretchesOf(after, events)) await tail.take(stretch);
    if (events.length > 0 && events.length < Math.min(large, limit)) await pause(restMs, signal);
    return events.length > 0;
  };
};
