/** How a process stands in its service's group: it has the work, another member has it, or it is no member now. */
export type Membership =
  | { readonly is: 'holder' }
  | { readonly is: 'stand-by' }
  /** Since when, in milliseconds; `heir` is who goes on by itself where this lasts. */
  | { readonly is: 'outside'; readonly since: number; readonly heir: boolean };

/** Where a process begins: perhaps nobody has the work. */
export const beginning = (now: number): Membership => ({ is: 'outside', since: now, heir: true });

/** These partitions are ours. */
export const assigned = (partitions: readonly number[]): Membership =>
  partitions.length > 0 ? { is: 'holder' } : { is: 'stand-by' };

/** The assignment is over, and there is no next one yet. */
export const revoked = (before: Membership, now: number): Membership => {
  switch (before.is) {
    case 'holder':
      return { is: 'outside', since: now, heir: true };
    case 'stand-by':
      return { is: 'outside', since: now, heir: false };
    case 'outside':
      return before;
  }
};

/**
 * Whether this process is to do the work. Where the broker is away for longer than `aloneMs`, whoever had the work last
 * goes on, and so does who never was a member: the ledger is there, and a checkpoint keeps two of them from doing harm.
 */
export const isActive = (membership: Membership, now: number, aloneMs: number): boolean => {
  switch (membership.is) {
    case 'holder':
      return true;
    case 'stand-by':
      return false;
    case 'outside':
      return membership.heir && now - membership.since >= aloneMs;
  }
};
