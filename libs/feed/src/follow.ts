import type { Ledger, Position } from '@throughline/ledger';
import { type Consumer, wholeLedger } from './consumer.ts';
import { type Lane, lane } from './lane.ts';
import { reader, stretchesOf } from './page.ts';
import { patience, type Patience, Stopped } from './patience.ts';
import { progress } from './progress.ts';
import { type News, reportOf } from './report.ts';
import { bell } from './wait.ts';

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

/** How a consumer is fed; all of it has a default. */
export type FollowOptions = {
  /** Most events of a batch; 2 000 unless given. Where they are large it takes fewer, about 8 MiB. */
  readonly limit?: number;
  /** How long an idle tail waits at most before it looks by itself, in milliseconds; 1 000 unless given. */
  readonly pollMs?: number;
  /** Hears what an operator may want in a log. Errors can quote personal values: log their code, not their text. */
  readonly onNews?: (news: News) => void;
};

/**
 * Feeds a consumer straight from the ledger, from its checkpoint on, for as long as the process lives. Woken by the
 * ledger's hint, and by polling. Never throws and never ends by itself, whatever the consumer does. Two processes may
 * follow with the same consumer: the checkpoint lets one of them win each batch.
 */
export const follow = (
  ledger: Pick<Ledger, 'tail' | 'watch'>,
  consumer: Consumer,
  { limit = 2_000, pollMs = 1_000, onNews }: FollowOptions = {},
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
  const ended = run({ ledger, tail, patiently, signal, limit, pollMs }).then(report.stopped);

  return {
    name: consumer.name,
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
  readonly ledger: Pick<Ledger, 'tail' | 'watch'>;
  readonly tail: Lane;
  readonly patiently: Patience;
  readonly signal: AbortSignal;
  readonly limit: number;
  readonly pollMs: number;
};

const shortestIdle = 20;

/** Resolves once `signal` aborted and the batch at hand is done. */
async function run({ ledger, tail, patiently, signal, limit, pollMs }: Run): Promise<void> {
  const head = bell();
  const unwatch = ledger.watch(head.ring);
  const pageAfter = reader(ledger, patiently, limit);

  const work = async () => {
    await tail.resume();
    let idle = shortestIdle;
    for (let looked = -Infinity; !signal.aborted;) {
      if (performance.now() - looked >= pollMs) {
        await tail.retryWanted();
        looked = performance.now();
      }
      const after = tail.position();
      const events = await pageAfter(after);
      for (const stretch of stretchesOf(after, events)) await tail.take(stretch);
      const busy = events.length > 0 || (await head.wait(idle, signal));
      idle = busy ? shortestIdle : Math.min(idle * 2, pollMs);
    }
  };

  // Patience around it all: a mistake of our own is told and tried again as well.
  await patiently(work).catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
  });
  unwatch();
}
