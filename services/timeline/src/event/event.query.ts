import type { EventName } from '@throughline/contracts';
import { liveEvents } from '@throughline/feed';
import type { Ledger, StoredEvent } from '@throughline/ledger';
import type { Opener } from '@throughline/privacy';
import { type CloudEvent, cloudEventOf } from './event.ts';

/** Which of a tenant's events. */
export type Tail = {
  readonly tenant: string;
  /** The first event is the one after this position. */
  readonly after: bigint;
  readonly types?: readonly EventName[];
  /** Ends after so many. */
  readonly limit?: number;
  /** Goes on with what is to come; else it ends where the ledger ended when it began. */
  readonly follow: boolean;
};

type Sources = {
  readonly ledger: Pick<Ledger, 'tail' | 'watch' | 'head'>;
  readonly vault: Pick<Opener, 'open'>;
  /** Hears how many were opened before the first of them is told. */
  readonly counted?: (events: number) => Promise<void>;
};

const pageSize = 500;

async function* untilHead({ ledger }: Sources, { tenant, after }: Tail): AsyncGenerator<readonly StoredEvent[]> {
  const head = await ledger.head();
  for (let from = after; from < head;) {
    const page = await ledger.tail(from, { tenant, limit: pageSize });
    const known = page.filter(({ position }) => position <= head);
    if (known.length > 0) yield known;
    if (known.length < pageSize) return;
    from = known.at(-1)!.position;
  }
}

/** A tenant's events in position order, as far as they are opened; never read faster than they are taken. */
export async function* tailEvents(
  sources: Sources,
  tail: Tail,
  signal: AbortSignal,
): AsyncGenerator<CloudEvent, void, void> {
  const { tenant, after, types, follow, limit = Infinity } = tail;
  const pages = follow
    ? liveEvents(sources.ledger, { after, signal, tenant, limit: pageSize })
    : untilHead(sources, tail);
  let sent = 0;
  for await (const page of pages) {
    if (signal.aborted) return;
    const wanted = types ? page.filter(({ type }) => (types as readonly string[]).includes(type)) : page;
    const opened = await sources.vault.open(tenant, wanted.slice(0, limit - sent));
    if (opened.length > 0) await sources.counted?.(opened.length);
    for (const event of opened) {
      yield cloudEventOf(event);
      sent += 1;
    }
    if (sent >= limit) return;
  }
}
