import type { EventName } from '@throughline/contracts';
import type { Consumer } from '@throughline/feed';
import type { Database } from '@throughline/postgres';
import type { Projector } from './projector.ts';

/** A projector at work: a consumer whose rows and checkpoint commit in one statement. */
export interface Projection extends Consumer {
  readonly projection: string;
  readonly version: number;
  /**
   * A digest of the rows of all its tables (of one tenant's, where given): equal ledgers give equal ones, whatever the
   * batches, workers and rebuilds. Reads every row.
   */
  checksum(tenant?: string): Promise<string>;
}

/** What a projection works with: a pool of the projector role. */
export type ProjectionDeps = {
  readonly db: Pick<Database, 'query' | 'tx'>;
};

/** Puts a projector to work; feed it by `follow(ledger, projection(…))`. */
export const projection = <Name extends EventName, Context>(
  _projector: Projector<Name, Context>,
  _deps: ProjectionDeps,
): Projection => {
  throw new Error('not written');
};
