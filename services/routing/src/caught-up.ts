import { setTimeout as pause } from 'node:timers/promises';
import { identityProjector } from '@throughline/identity';
import type { Client } from '@throughline/postgres';
import { livePosition } from '@throughline/read-model';
import { routingProjector } from './routing.projector.ts';

/** The rows stay behind. The feed takes its code for a fault of the world, and waits. */
export class Behind extends Error {
  override readonly name = 'Behind';
  readonly code = 'ETIMEDOUT';

  constructor(position: bigint) {
    super(`the rows of routing and identity are not at ${position} yet`);
  }
}

const patienceMs = 30_000;
const longestPause = 50;

/** Up to which position the rows of routing and identity tell of everything. */
export const reached = (db: Client): Promise<bigint> => livePosition(db, routingProjector.name, identityProjector.name);

/** How long to wait, and what ends it: rows that are fed no more get nowhere. */
export type Waiting = { readonly withinMs?: number; readonly signal?: AbortSignal };

/** Resolves once the rows tell of everything up to `position`. Throws {@link Behind} after `withinMs`, or once aborted. */
export const caughtUp = async (
  db: Client,
  position: bigint,
  { withinMs = patienceMs, signal }: Waiting = {},
): Promise<void> => {
  const deadline = performance.now() + withinMs;
  for (let wait = 1; (await reached(db)) < position; wait = Math.min(wait * 2, longestPause)) {
    if (performance.now() > deadline || signal?.aborted) throw new Behind(position);
    await pause(wait);
  }
};
