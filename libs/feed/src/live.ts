import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import { bell } from './wait.ts';

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
 * client, who comes back with the last position it saw.
 */
export async function* liveEvents(
  ledger: Pick<Ledger, 'tail' | 'watch'>,
  { after, signal, tenant, limit = 500, pollMs = 1_000 }: LiveOptions,
): AsyncGenerator<readonly StoredEvent[], void, void> {
  const moved = bell();
  const unwatch = ledger.watch(moved.ring);
  let from = after;
  try {
    while (!signal.aborted) {
      const events = await ledger.tail(from, { limit, tenant });
      const last = events.at(-1);
      if (last) {
        from = last.position;
        yield events;
      } else await moved.wait(pollMs, signal);
    }
  } finally {
    unwatch();
  }
}
