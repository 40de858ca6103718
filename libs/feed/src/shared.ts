import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import { lengthOf } from './page.ts';

/** All of the ledger in (after, to], as it was read at once. */
type Page = {
  readonly after: Position;
  readonly to: Position;
  readonly events: readonly StoredEvent[];
  readonly length: number;
};

/**
 * So much is kept beside the last page; who asks for what lies before it reads it alone. No more than that, for what
 * lives long is dear to collect.
 */
const most = { events: 150, length: 4 * 1024 * 1024 };

/**
 * A ledger's tail for many who follow it: what one of them read at the head serves the others, who come for it a moment
 * later. Each is answered as by the ledger itself: all that was stored before it asked is there. Not for one tenant's events.
 * To be told to forget where the ledger may not be what it was.
 */
export const sharedTail = (tail: Ledger['tail']): { readonly tail: Ledger['tail']; readonly forget: () => void } => {
  let pages: Page[] = [];
  let to: Position = 0n;
  let under: Promise<unknown> | undefined;
  let next: Promise<unknown> | undefined;

  const keep = (after: Position, events: readonly StoredEvent[]) => {
    if (after < to) return;
    if (after > to) pages.length = 0;
    to = events.at(-1)?.position ?? after;
    if (to === after) return;
    pages.push({ after, to, events, length: events.reduce((sum, event) => sum + lengthOf(event), 0) });
    pages.splice(0, tooMany(pages));
  };

  /** What was asked for before all was let go of is not kept. */
  const readAfter = async (after: Position, limit: number): Promise<readonly StoredEvent[]> => {
    const mine = pages;
    const events = await tail(after, { limit });
    if (mine === pages) keep(after, events);
    return events;
  };

  const begin = (limit: number): Promise<unknown> => {
    under = readAfter(to, limit).finally(() => (under = undefined));
    return under;
  };

  /** A read that begins now or later; or none, where one that is under way finds more. */
  const moreAfter = (after: Position, limit: number): Promise<unknown> => {
    if (!under) return begin(limit);
    const then = () => {
      next = undefined;
      return to === after ? begin(limit) : undefined;
    };
    return (next ??= under.then(then, then));
  };

  const forget = () => {
    pages = [];
    to = 0n;
  };

  const shared: Ledger['tail'] = async (after, { limit = 1_000 } = {}) => {
    if (after === to) await moreAfter(after, limit);
    if (after === to) return [];
    const at = pages.findLastIndex((page) => page.after <= after && after < page.to);
    if (at !== -1) return eventsAfter(after, pages.slice(at), limit);
    return readAfter(after, limit);
  };

  return { tail: shared, forget };
};

/** How many of the oldest pages there is no room for. */
const tooMany = (pages: readonly Page[]): number => {
  let [events, length] = [0, 0];
  const last = pages.length - 1;
  const isTooMuch = (page: Page, at: number): boolean => {
    events += page.events.length;
    length += page.length;
    return at < last && (events > most.events || length > most.length);
  };
  return 1 + pages.findLastIndex(isTooMuch);
};

const eventsAfter = (after: Position, pages: readonly Page[], limit: number): readonly StoredEvent[] => {
  const events: StoredEvent[] = [];
  for (const page of pages)
    for (const event of page.events) {
      if (events.length === limit) return events;
      if (event.position > after) events.push(event);
    }
  return events;
};
