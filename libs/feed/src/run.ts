import type { Ledger, Position } from '@throughline/ledger';
import type { Ground } from './ground.ts';
import type { Lane } from './lane.ts';
import { type reader, stretchesOf } from './page.ts';
import { type Patience, Stopped } from './patience.ts';
import { bell, pause } from './wait.ts';

/** What a following does its work with. */
export type Run = {
  readonly source: Pick<Ledger, 'watch'>;
  readonly tail: Lane;
  readonly pages: ReturnType<typeof reader>;
  readonly ground: Ground;
  /** Where the checkpoint is. */
  readonly position: () => Promise<Position>;
  readonly isActive: () => boolean;
  /** Looks where the checkpoint is, and answers whether it moved. */
  readonly lookUp: () => Promise<boolean>;
  /** After something failed, all that is known is read anew. Answers whether something had. */
  readonly steady: () => Promise<boolean>;
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

/** Takes page after page while it is active. Resolves once `signal` aborted and the batch at hand is done. */
export async function run(deps: Run): Promise<void> {
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

/** Takes the next page; now and then looks whether all is as it was left. Answers whether there was a page. */
const taking = (deps: Run): (() => Promise<boolean>) => {
  const { tail, pages, steady, signal, limit, pollMs, restMs } = deps;
  let looked = -Infinity;
  return async () => {
    if ((await steady()) || performance.now() - looked >= pollMs) {
      await look(deps);
      looked = performance.now();
    }
    const after = tail.position();
    const events = await pages.after(after);
    for (const stretch of stretchesOf(after, events)) if (tail.position() === stretch.after) await tail.take(stretch);
    if (events.length > 0 && events.length < Math.min(large, limit)) await pause(restMs, signal);
    return events.length > 0;
  };
};

/**
 * Looks where the checkpoint is, for a crash of its database may have taken it back; whether the ledger still has what it
 * stands on; and takes what is parked and wanted.
 */
async function look({ tail, position, ground, patiently }: Run): Promise<void> {
  if ((await position()) !== tail.position()) await tail.resume();
  const objection = await patiently(() => ground.objection(tail.position()));
  if (objection) throw objection;
  await tail.retryWanted();
}
