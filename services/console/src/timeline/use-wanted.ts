import { useEffect, useEffectEvent, useState } from 'react';
import { setQuery } from '../route.ts';
import type { Entry } from '../shapes.ts';
import { type Filters, isFiltered, noFilters } from './filter.ts';
import { type Row, rowIndexOf } from './line.ts';

/** An event to be gone to; `on` is when it happened, where that is known. A new object asks anew. */
export type Wanted = { readonly event: string; readonly on?: string };

type Line = {
  rows: readonly Row[];
  filters: Filters;
  pagesRead: number;
  /** Nothing is being read just now, and what is shown is what was asked for. */
  isSettled: boolean;
  hasNextPage: boolean;
  fetchNextPage: () => unknown;
  unfold: (entries: readonly Entry[]) => void;
  arrive: (index: number) => void;
};

// Farther back than this a known moment is gone to at once, without all that lies between.
const pagesToWalk = 5;

/** Goes to an event, wherever on the line it lies: reads on until it is there, unfolds it, drops filters that hide it. */
export const useWanted = (asked: Wanted | undefined, line: Line) => {
  const [wanted, want] = useState(asked);
  const [isLost, lose] = useState(false);
  const [last, setLast] = useState(asked);
  if (asked !== last) {
    setLast(asked);
    want(asked);
    lose(false);
  }

  const look = useEffectEvent(({ event, on }: Wanted) => {
    const { rows, filters, pagesRead, hasNextPage } = line;
    const index = rowIndexOf(rows, event);
    const row = rows[index];
    if (row?.is === 'fold' && row.entries[0]!.id !== event) return line.unfold(row.entries);
    if (row) {
      want(undefined);
      return line.arrive(index);
    }
    if (hasNextPage && on && pagesRead >= pagesToWalk)
      return setQuery({ ...noFilters, to: new Date(Date.parse(on) + 1_000).toISOString() });
    if (hasNextPage) return void line.fetchNextPage();
    if (isFiltered(filters)) return setQuery(noFilters);
    want(undefined);
    return lose(true);
  });
  const { isSettled, rows } = line;
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- it arrives when the rows that it waits for are drawn
    if (wanted && isSettled && rows) look(wanted);
  }, [wanted, isSettled, rows]);

  return { isOnTheWay: wanted !== undefined, isLost, stop: () => want(undefined) };
};
