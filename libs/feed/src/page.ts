import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import type { Patience } from './patience.ts';

/** All events of a partition in (after, to]. */
export type Stretch = { readonly after: Position; readonly to: Position; readonly events: readonly StoredEvent[] };

const mostLength = 8 * 1024 * 1024;
const firstSize = 250;

/** About how much room an event takes. */
export const lengthOf = ({ data, meta }: StoredEvent): number => data.length + meta.length;

/**
 * Reads pages from a ledger, one page ahead of who asks as long as there is more: while a batch is applied the next one
 * is on its way. Never more than that, however slow the consumer.
 */
export const reader = (ledger: Pick<Ledger, 'tail'>, patiently: Patience, limit: number) => {
  let size = Math.min(limit, firstSize);
  let ahead: { readonly after: Position; readonly page: Promise<readonly StoredEvent[]> } | undefined;

  const read = (after: Position) => patiently(() => ledger.tail(after, { limit: size }));

  const pageAfter = async (after: Position): Promise<readonly StoredEvent[]> => {
    const asked = size;
    const events = await (ahead?.after === after ? ahead.page : read(after));
    ahead = undefined;
    size = sizeAfter(asked, events, limit);
    if (events.length === asked) {
      const next = events.at(-1)!.position;
      ahead = { after: next, page: read(next) };
      ahead.page.catch(() => {}); // Whoever asks for it hears of it.
    }
    return events;
  };

  return {
    after: pageAfter,
    /** Lets go of the page that was read ahead. */
    forget: (): void => void (ahead = undefined),
  };
};

/** How many events to read next, so that a page of large ones stays near 8 MiB: carefully more each time, at once less. */
export const sizeAfter = (size: number, events: readonly StoredEvent[], limit: number): number => {
  if (events.length === 0) return size;
  const length = events.reduce((sum, event) => sum + lengthOf(event), 0);
  const fitting = Math.floor((events.length * mostLength) / Math.max(1, length));
  if (events.length < size) return Math.min(size, Math.max(1, fitting));
  return Math.max(1, Math.min(size * 2, fitting, limit));
};

/** A page after `after` in stretches of about 8 MiB at most. */
export const stretchesOf = (after: Position, events: readonly StoredEvent[]): readonly Stretch[] => {
  const stretches: Stretch[] = [];
  let from = 0;
  let length = 0;
  events.forEach((event, at) => {
    length += lengthOf(event);
    const next = events[at + 1];
    if (next && length + lengthOf(next) <= mostLength) return;
    stretches.push({
      after: stretches.at(-1)?.to ?? after,
      to: event.position,
      events: events.slice(from, at + 1),
    });
    from = at + 1;
    length = 0;
  });
  return stretches;
};
