/** What the ledger went on as after a restore or a promotion; its beginning is the first of them. */
export type Fork = {
  /** How often the ledger was begun anew until then, its beginning counted: 1, 2, 3 … */
  readonly epoch: number;
  /** A UUID made when it was noted, for two restores of one dump are both the next epoch; null in what is older than ids. */
  readonly id: string | null;
};

/** A fork in one word: two forks never have the same, unless both are older than ids. */
export const forkName = ({ epoch, id }: Fork): string => (id === null ? String(epoch) : `${epoch}/${id}`);

/**
 * Whether a fork is the one that something says to be of. What was written by who did not know of ids has none, whatever
 * the fork has: there the epoch alone counts.
 */
export const isOf = (fork: Fork, told: Fork): boolean =>
  fork.epoch === told.epoch && (told.id === null || fork.id === told.id);

/** A ledger that cannot be forked, or not so that it would notice. */
export const onlyFork: Fork = { epoch: 1, id: null };
