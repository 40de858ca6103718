import type { Ledger, StoredEvent } from '@throughline/ledger';
import type { Opener } from '@throughline/privacy';
import { type CloudEvent, cloudEventOf } from './event.ts';
import { pagesForEver, pagesUpTo } from './pages.query.ts';

/** Which of a tenant's events. */
export type Tail = {
  readonly tenant: string;
  /** The first event is the one after this position. */
  readonly after: bigint;
  /** Ends with this position; else it ends where the ledger ended when it began. */
  readonly to?: bigint;
  readonly isWanted: (event: StoredEvent) => boolean;
  /** Ends after so many. */
  readonly limit?: number;
  /** Goes on with what is to come. */
  readonly follow: boolean;
};

type Sources = {
  readonly ledger: Pick<Ledger, 'tail' | 'watch' | 'head' | 'abilities'>;
  readonly vault: Pick<Opener, 'open'>;
  /** Hears how many were opened before the first of them is told. */
  readonly counted?: (events: number) => Promise<void>;
};

const least = (a: bigint, b: bigint = a): bigint => (a < b ? a : b);

/** A tenant's events in position order, as far as they are opened; never read faster than they are taken. */
export async function* tailEvents(
  { ledger, vault, counted }: Sources,
  { tenant, after, to, isWanted, follow, limit = Infinity }: Tail,
  signal: AbortSignal,
): AsyncGenerator<CloudEvent, void, void> {
  const stretch = { tenant, after, signal };
  const pages = follow
    ? pagesForEver(ledger, stretch)
    : pagesUpTo(ledger, { ...stretch, to: least(await ledger.head(), to) });
  let sent = 0;
  for await (const page of pages) {
    if (signal.aborted) return;
    const opened = await vault.open(tenant, page.filter(isWanted).slice(0, limit - sent));
    if (opened.length > 0) await counted?.(opened.length);
    for (const event of opened) {
      yield cloudEventOf(event);
      sent += 1;
    }
    if (sent >= limit) return;
  }
}
