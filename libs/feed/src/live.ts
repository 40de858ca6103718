import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import { groundAt, markOf, type Soil } from './ground.ts';
import { bell } from './wait.ts';

/** The ledger does not have what somebody read last any more: it was restored to an earlier time, and what comes is no sequel. */
export class Restored extends Error {
  override readonly name = 'Restored';

  constructor(readonly position: Position) {
    super(`the ledger was restored: what was read at ${position} is not there any more`);
  }
}

/** Something that has a position and says when it moved: a `Following`. */
export type Moving = { position(): Position; watch(wake: () => void): () => void };

/**
 * The positions of `source` as it moves, the present one first. A slow reader misses those in between and gets the
 * newest: nothing is buffered, and it reads its pages at its own pace. Ends with `signal`.
 */
export async function* livePositions(
  source: Moving,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<Position, void, void> {
  const moved = bell();
  const unwatch = source.watch(moved.ring);
  try {
    for (let told: Position | undefined; !signal.aborted;) {
      const position = source.position();
      if (position === told) await moved.wait(hour, signal);
      else yield (told = position);
    }
  } finally {
    unwatch();
  }
}

const hour = 3_600_000;

/** Which events, and until when. */
export type LiveOptions = {
  /** The first event is the one after this. */
  readonly after: Position;
  readonly signal: AbortSignal;
  /** Only this tenant's. */
  readonly tenant?: string;
  /** Most events of a page; 500 unless given. */
  readonly limit?: number;
  /** How long to wait at the head before looking again without a hint, in milliseconds; 1 000 unless given. */
  readonly pollMs?: number;
};

/**
 * The ledger's events after a position in pages, then those to come, until `signal`. One page is held at a time, and
 * the next is read when the reader asks for it. Rejects with what the ledger rejects with: who streams says so to its
 * client, who comes back with the last position it saw; with {@link Restored} where the ledger was, also if it has gone on
 * past what was read.
 */
export async function* liveEvents(
  ledger: Pick<Ledger, 'watch'> & Soil,
  { after, signal, tenant, limit = 500, pollMs = 1_000 }: LiveOptions,
): AsyncGenerator<readonly StoredEvent[], void, void> {
  const moved = bell();
  const unwatch = ledger.watch(moved.ring);
  try {
    let from = after;
    for (let ground = await groundAt(ledger, from); !signal.aborted;) {
      const events = await ledger.tail(from, { limit, tenant });
      // Once they are read: before it they could still be what came after it.
      if ((await groundAt(ledger, from)) !== ground) throw new Restored(from);
      const last = events.at(-1);
      if (last) {
        from = last.position;
        ground = ledger.abilities?.dense ? markOf(last) : String(from);
        yield events;
      } else await moved.wait(pollMs, signal);
    }
  } finally {
    unwatch();
  }
}
