import type { Ledger, Position } from '@throughline/ledger';
import type { Consumer } from './consumer.ts';

/** A consumer that is being fed. */
export interface Following {
  readonly name: string;
  /** `failing` while the world refuses (a database is away); it goes on by itself. */
  readonly state: 'running' | 'failing' | 'stopped';
  readonly lastError: Error | undefined;
  readonly counts: { readonly applied: number; readonly retries: number; readonly parked: number };
  /** Everything up to here is dealt with. */
  position(): Position;
  /** True as soon as everything up to `position` is dealt with, false after `withinMs` milliseconds or once stopped. */
  waitFor(position: Position, withinMs: number): Promise<boolean>;
  /** Calls `wake` after the position moved. Answers how to stop. */
  watch(wake: () => void): () => void;
  /** Finishes the batch at hand and ends. */
  stop(): Promise<void>;
}

export type FollowOptions = {
  /** Events a batch, 2 000 by default. */
  readonly limit?: number;
  /** How long an idle tail waits at most before it looks by itself, in milliseconds; 1 000 by default. */
  readonly pollMs?: number;
  readonly log?: (event: 'retry' | 'parked' | 'moved' | 'returned', details: Record<string, unknown>) => void;
};

/**
 * Feeds a consumer straight from the ledger, from its checkpoint on, for as long as the process lives. Woken by the
 * ledger's hint, and by polling. Never throws and never ends by itself, whatever the consumer does.
 */
export const follow = (_ledger: Ledger, _consumer: Consumer, _options: FollowOptions = {}): Following => {
  throw new Error('not written');
};
