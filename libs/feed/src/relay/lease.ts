import type { Client } from '@throughline/postgres';
import type { Patience } from '../patience.ts';
import { pause } from '../wait.ts';

/** What one at a time may do, by its name, and who asks for it. */
export type LeaseOptions = {
  readonly name: string;
  /** Unlike any other's, and any earlier process's. */
  readonly holder: string;
  /** For how long it is taken, in milliseconds; it is renewed three times as often. */
  readonly forMs: number;
};

/** A lease as one holder sees it. */
export type Lease = {
  readonly forMs: number;
  /** Takes it, or goes on holding it. Its term, which grows whenever it changes hands; undefined where somebody else holds it. */
  take(): Promise<number | undefined>;
  /** Gives it up, for others to have it at once. */
  release(): Promise<void>;
};

/** A row of `feed.lease` (projector role). Only the server's clock counts: those of the holders may differ. */
export const postgresLease = (db: Client, { name, holder, forMs }: LeaseOptions): Lease => ({
  forMs,
  take: async () => {
    const { rows } = await db.query<{ term: number }>({
      name: 'throughline.lease.take',
      text: `insert into feed.lease (name, holder, term, until)
        values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
        on conflict (name) do update set holder = excluded.holder, until = excluded.until,
          term = lease.term + (lease.holder <> excluded.holder)::int
        where lease.holder = excluded.holder or lease.until < clock_timestamp()
        returning term`,
      values: [name, holder, forMs],
    });
    return rows[0]?.term;
  },
  release: async () => {
    await db.query(`update feed.lease set until = '-infinity' where name = $1 and holder = $2`, [name, holder]);
  },
});

/** How a lease is held. */
export type Holding = {
  /** Ends it all; what is under way may still finish. */
  readonly signal: AbortSignal;
  readonly patiently: Patience;
};

/**
 * Waits for the lease and works while it is held, again and again until `signal`. `lost` aborts as soon as somebody else
 * has it, or might: it could not be renewed in time. The work should end then, and may end by itself at any time.
 */
export const whileHeld = async (
  lease: Lease,
  { signal, patiently }: Holding,
  work: (term: number, lost: AbortSignal) => Promise<void>,
): Promise<void> => {
  while (!signal.aborted) {
    const from = performance.now();
    const term = await patiently(() => lease.take());
    if (term === undefined) {
      await pause(lease.forMs / 3, signal);
      continue;
    }
    const over = new AbortController();
    const renewing = renew(lease, { term, from }, over);
    try {
      await work(term, over.signal);
    } finally {
      over.abort();
      await renewing;
    }
  }
  // Whoever waits for it has it a little later without this.
  await lease.release().catch(() => {});
};

/** Until `over`, which it aborts where the lease is lost. */
async function renew(lease: Lease, { term, from }: { term: number; from: number }, over: AbortController) {
  const expiry = (since: number) => setTimeout(() => over.abort(), since + lease.forMs - performance.now());
  let expires = expiry(from);
  while (!over.signal.aborted) {
    await pause(lease.forMs / 3, over.signal);
    if (over.signal.aborted) break;
    const asked = performance.now();
    // No answer is not yet a loss: the next one may come in time.
    const answer = await lease.take().catch(() => 'none' as const);
    if (answer === 'none') continue;
    clearTimeout(expires);
    if (answer === term) expires = expiry(asked);
    else over.abort();
  }
  clearTimeout(expires);
}
