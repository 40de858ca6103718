import { liveEvents, Restored } from '@throughline/feed';
import type { Ledger, StoredEvent } from '@throughline/ledger';
import { restoredSince } from '../problems.ts';

/** Which stretch of a tenant's events. */
export type Stretch = {
  readonly tenant: string;
  /** The first event is the one after this position. */
  readonly after: bigint;
  /** The last position, where it ends. */
  readonly to?: bigint;
  readonly signal: AbortSignal;
};

const pageSize = 500;
/** How many characters of data a page has, about: after pages of large events come shorter ones. */
const enough = 4_000_000;

const lengthOf = (page: readonly StoredEvent[]): number => page.reduce((sum, { data }) => sum + data.length, 0);

/** A tenant's events in pages up to a position; one is held at a time, and the next read when it is asked for. */
export async function* pagesUpTo(
  ledger: Pick<Ledger, 'tail'>,
  { tenant, after, to, signal }: Stretch & { readonly to: bigint },
): AsyncGenerator<readonly StoredEvent[], void, void> {
  for (let from = after, limit = pageSize; from < to && !signal.aborted;) {
    const page = await ledger.tail(from, { tenant, limit });
    const known = page.filter(({ position }) => position <= to);
    if (known.length > 0) yield known;
    if (known.length < limit) return;
    from = known.at(-1)!.position;
    limit = Math.max(1, Math.min(pageSize, Math.floor((known.length * enough) / lengthOf(known))));
  }
}

/** A tenant's events in pages, without an end; throws `LedgerForeign` where the ledger is restored meanwhile. */
export async function* pagesForEver(
  ledger: Pick<Ledger, 'tail' | 'watch' | 'head' | 'abilities'>,
  stretch: Stretch,
): AsyncGenerator<readonly StoredEvent[], void, void> {
  try {
    yield* liveEvents(ledger, { ...stretch, limit: pageSize });
  } catch (error) {
    throw error instanceof Restored ? restoredSince(error.position) : error;
  }
}

/** The same, the next one read while the one before is used. */
export async function* readAhead<Page>(pages: AsyncGenerator<Page, void, void>): AsyncGenerator<Page, void, void> {
  const read = () => {
    const next = pages.next();
    next.catch(() => undefined); // awaited below, but perhaps only after the reader's pause
    return next;
  };
  try {
    for (let next = read(); ;) {
      const { done, value } = await next;
      if (done) return;
      next = read();
      yield value;
    }
  } finally {
    pages.return().catch(() => undefined);
  }
}
