import type { Ledger, Position } from '@throughline/ledger';
import { CheckpointMoved, type Consumer, wholeLedger } from './consumer.ts';
import { groundOf } from './ground.ts';
import { lane } from './lane.ts';
import { reader } from './page.ts';
import { patience } from './patience.ts';
import { progress } from './progress.ts';
import { type News, reportOf } from './report.ts';
import { run } from './run.ts';

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
  Partial<Pick<Ledger, 'head' | 'abilities'>> & {
    /**
     * Whether the work is this process's now; `watch` wakes after it changed. Where it is not, the following stands by: it
     * applies nothing, and tells the position that another process has come to. Always, unless given.
     */
    readonly isActive?: () => boolean;
    /**
     * Where `tail` answers from memory as well: the ledger itself, and how all that is kept of it is let go of. For what was
     * read before a connection was lost may not be in the ledger any more after it.
     */
    readonly kept?: { readonly ledger: Pick<Ledger, 'tail'>; readonly forget: () => void };
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
  let isShaken = false;
  const failed: typeof report.failed = (...what) => {
    isShaken = true;
    report.failed(...what);
  };
  const patiently = patience(signal, { ...report, failed });
  const pages = reader(source, patiently, limit);
  const { name } = consumer;
  const ground = groundOf(consumer, { ...source, ...(source.kept && { tail: source.kept.ledger.tail }) });
  const forget = () => {
    pages.forget();
    source.kept?.forget();
  };
  const moved = (to: Position) => {
    if (to < reached.position()) forget();
    reached.move(to);
  };
  const tail = lane({
    consumer,
    partition: wholeLedger,
    patiently,
    affirm: async (batch) => {
      if (isShaken && !(await patiently(() => ground.has(batch))))
        throw new CheckpointMoved(name, batch.partition, batch.after);
    },
    committed: (batch) => {
      report.committed(batch);
      ground.stand(batch);
      reached.move(batch.to);
    },
    moved,
    refused: report.refused,
  });
  const position = () => patiently(() => consumer.position(wholeLedger));
  const lookUp = async () => {
    const before = reached.position();
    moved(await position());
    return reached.position() !== before;
  };
  // After something failed nothing counts that was known before.
  const steady = async () => {
    if (!isShaken) return false;
    await tail.resume();
    forget();
    isShaken = false;
    return true;
  };
  const isActive = () => (source.isActive?.() ?? true) && (consumer.isActive?.() ?? true);
  const pace = { limit, pollMs, restMs };
  const ended = run({
    source,
    tail,
    pages,
    ground,
    position,
    isActive,
    lookUp,
    steady,
    patiently,
    signal,
    ...pace,
  }).then(report.stopped);

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
