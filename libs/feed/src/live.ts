import type { Ledger, Position, StoredEvent } from '@throughline/ledger';

/** Something that has a position and says when it moved: a {@link Following}. */
export type Moving = { position(): Position; watch(wake: () => void): () => void };

/**
 * The positions of `source` as it moves, the present one first. A slow reader misses intermediate ones and gets the
 * newest: nothing is buffered, the reader fetches pages at its own pace. Ends with `signal`.
 */
export async function* livePositions(
  _source: Moving,
  _options: { signal: AbortSignal },
): AsyncGenerator<Position, void, void> {
  throw new Error('not written');
}

/**
 * The ledger's events after a position in pages, then those to come, for as long as `signal` lets it. One page at a
 * time is held, and the next one is read when the reader asks for it.
 */
export async function* liveEvents(
  _ledger: Pick<Ledger, 'tail' | 'watch'>,
  _options: { after: Position; signal: AbortSignal; tenant?: string; limit?: number; pollMs?: number },
): AsyncGenerator<readonly StoredEvent[], void, void> {
  throw new Error('not written');
}
