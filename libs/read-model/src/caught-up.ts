import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@throughline/postgres';
import { livePosition } from './known.ts';

/** Rows stay behind. The feed takes its code for a fault of the world, and waits. */
export class Behind extends Error {
  override readonly name = 'Behind';
  readonly code = 'ETIMEDOUT';

  constructor(names: readonly string[], position: bigint) {
    super(`the rows of ${names.join(' and ')} are not at ${position} yet`);
  }
}

const patienceMs = 30_000;
const longestPause = 50;

/** How long to wait, and what ends it: rows that are fed no more get nowhere. */
export type Waiting = { readonly withinMs?: number; readonly signal?: AbortSignal };

/**
 * Resolves once the rows of all these projections tell of everything up to `position`. Throws {@link Behind} after
 * `withinMs` (30 seconds), or once aborted.
 */
export const caughtUp = async (
  db: Client,
  names: readonly string[],
  position: bigint,
  { withinMs = patienceMs, signal }: Waiting = {},
): Promise<void> => {
  const deadline = performance.now() + withinMs;
  for (let wait = 1; (await livePosition(db, ...names)) < position; wait = Math.min(wait * 2, longestPause)) {
    if (performance.now() > deadline || signal?.aborted) throw new Behind(names, position);
    await pause(wait);
  }
};
