/** What is answered about the time for which what customers said is kept. */

/** `keep`: how many past quarters; without it all, for ever. `notice`: days. Nothing expires by itself before `from`. */
export type Policy = { keep?: number; notice: number; from?: string };

export type Quarter = {
  /** Such as `2026Q2`. */
  quarter: string;
  keys: number;
  customers: number;
  /** Those of the customers of whom something later is there as well. */
  staying: number;
  /** Not all were counted. */
  atLeast: boolean;
  expiresAt?: string;
  over: boolean;
  near: boolean;
};

export type Plan = { policy: Policy; items: Quarter[] };
