import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useRoute } from '../route.ts';
import type { Channel, Entry } from '../shapes.ts';
import { useMoment } from '../then/context.ts';
import { type Then, timeThen } from '../then/then.ts';
import { useMinute } from '../ui/clock.ts';
import { Failure, Skeleton } from '../ui/state.tsx';
import { useKeys } from '../keys.ts';
import { Bar } from './bar.tsx';
import { type Filters, filtersOf, isFiltered } from './filter.ts';
import { type Row, entryOfRow, momentOf } from './line.ts';
import { Beginning, Nothing } from './ends.tsx';
import { RowView } from './row.tsx';
import { inSight } from './sight.ts';
import { partedAt, wholeLineOf } from './to-come.ts';
import { useLine } from './use-line.ts';
import { useOpened } from './use-opened.ts';
import { usePlace } from './use-place.ts';
import { useTimeline } from './use-timeline.ts';
import { useTop } from './use-top.ts';
import { useWanted, type Wanted } from './use-wanted.ts';

type Props = {
  /** `customers/<id>` or `accounts/<id>`. */
  of: string;
  /** The channels that there are. */
  channels: readonly Channel[];
  /** Events that an answer cites. */
  lit: ReadonlySet<string>;
  /** The position of what this page wrote last. */
  written: number;
  /** What lies ahead of the newest entry. */
  ahead: ReactNode;
};

const readAhead = 40;

/** The line: from now back to the first touch, virtualised, read page by page. */
export const Timeline = ({ of, channels, lit, written, ahead }: Props) => {
  const { query, visit } = useRoute();
  const filters = useFilters(query);
  const { past } = useMoment();
  const timeline = useTimeline(of, { filters, past }, written);
  const { entries, waiting, show, fetchNextPage, hasNextPage, isFetchingNextPage, isPlaceholderData } = timeline;
  const { shownFilters } = timeline;
  const { opened, open, unfolded, fold, unfold } = useOpened();
  const [opening] = useState(() => new Date().toISOString());
  const until = shownFilters.to ?? (past ? endOf(past) : opening);
  const now = useNow(entries, past);
  const { past: happened } = useMemo(() => partedAt(entries, now ?? Infinity), [entries, now]);
  const line = JSON.stringify([shownFilters, past]);
  const rows = useMemo(() => wholeLineOf(entries, unfolded, { now, until }), [entries, unfolded, now, until]);
  const nowIndex = rows[0]?.is === 'to-come' ? rows.findIndex(({ is }) => is === 'now') : -1;

  const list = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const { virtual, items, margin, top, bottom, isAtTop } = useLine(line, rows, list, bar);
  const [first] = useState(visit);
  const isSettled = timeline.isSuccess && !timeline.isFetching && !isPlaceholderData;
  const wanted = useWanted(useLinked(query, visit), {
    rows, filters, isSettled, hasNextPage, fetchNextPage, unfold,
    pagesRead: timeline.data?.pages.length ?? 0,
    arrive: (index) => {
      virtual.scrollToIndex(index, { align: visit === first ? 'start' : 'center' });
      place.goTo(rows[index]!, { focus: true });
    },
  }); // prettier-ignore
  const scrollTo = (index: number) => virtual.scrollToIndex(index, { align: 'auto' });
  const { isOnTheWay } = wanted;
  const place = usePlace({ rows, top, bottom, isAtTop, isScrolling: virtual.isScrolling, isOnTheWay, scrollTo });
  const row: Row | undefined = rows[place.index];
  useKeys({ j: () => place.step(1), k: () => place.step(-1), Enter: () => row && activate(row, { open, fold }) });

  useEffect(() => {
    if (hasNextPage && isSettled && bottom > rows.length - readAhead) void fetchNextPage();
  }, [bottom, rows.length, hasNextPage, isSettled, fetchNextPage]);
  useEffect(() => {
    const [newest, oldest] = [rows[top], rows[bottom]];
    inSight.set(newest && oldest && { from: momentOf(oldest), to: momentOf(newest) });
    return () => inSight.set(undefined);
  }, [rows, top, bottom]);

  const awaitTop = useTop({ line, rows, visit, hasPlace: query.has('at') });
  const showNews = useCallback(() => {
    awaitTop();
    show();
  }, [awaitTop, show]);
  // Who looks at the newest sees what comes; who reads further down is not disturbed.
  useEffect(() => {
    if (waiting.length > 0 && isAtTop && !isOnTheWay) showNews();
  }, [waiting, isAtTop, isOnTheWay, showNews]);

  return (
    <section className="timeline" aria-label="Timeline">
      <Bar
        ref={bar}
        filters={filters}
        channels={channels}
        at={isAtTop || !rows[top] ? undefined : momentOf(rows[top])}
        toCome={nowIndex >= 0}
        news={newsOf(waiting, happened[0])}
        onNews={showNews}
        wanted={wanted}
      />
      {timeline.isError && !timeline.data && <Failure error={timeline.error} retry={() => void timeline.refetch()} />}
      {timeline.isPending && <Skeleton rows={10} />}
      {timeline.isSuccess && rows.length === 0 && <Nothing filtered={isFiltered(filters)} />}
      <div className="line" data-empty={rows.length === 0 || undefined}>
        <div data-above-line="">{!shownFilters.to && nowIndex < 0 && ahead}</div>
        <div
          className="rows"
          ref={list}
          style={{ height: virtual.getTotalSize() }}
          aria-busy={isFetchingNextPage || isPlaceholderData}
        >
          {items.map(({ index, key, start }) => (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="row"
              data-to-come={index < nowIndex || undefined}
              style={{ transform: `translateY(${start - margin}px)` }}
            >
              <RowView
                row={rows[index]!}
                now={ahead}
                lit={lit}
                current={place.current}
                focus={place.focus}
                opened={opened}
                filtered={isFiltered(shownFilters)}
                onOpen={open}
                onFold={fold}
              />
            </div>
          ))}
        </div>
        {timeline.isFetchNextPageError && <Failure error={timeline.error} retry={() => void fetchNextPage()} />}
        {timeline.isSuccess && !hasNextPage && !isFiltered(filters) && <Beginning entry={happened.at(-1)} />}
      </div>
    </section>
  );
};

// When it is, where something is still to come by then: only such a line is drawn anew as time passes.
const useNow = (entries: readonly Entry[], past: Then | undefined): number | undefined => {
  const minute = useMinute();
  const now = past ? timeThen(past) : minute;
  return now !== undefined && partedAt(entries, now).toCome.length > 0 ? now : undefined;
};

const endOf = (past: Then): string | undefined => {
  const time = timeThen(past);
  return time === undefined ? undefined : new Date(time).toISOString();
};

// Where the address leads, each time that the reader went there.
const useLinked = (query: URLSearchParams, visit: number): Wanted | undefined => {
  const [linked, setLinked] = useState(() => ({ visit, to: wantedOf(query) }));
  if (linked.visit !== visit) setLinked({ visit, to: wantedOf(query) });
  return linked.to;
};

const wantedOf = (query: URLSearchParams): Wanted | undefined => {
  const event = query.get('at');
  return event ? { event, on: query.get('on') ?? undefined } : undefined;
};

// The same filters are the same object, however else the address changes.
const useFilters = (query: URLSearchParams): Filters => {
  const text = JSON.stringify(filtersOf(query));
  return useMemo(() => JSON.parse(text) as Filters, [text]);
};

const activate = (
  row: Row,
  { open, fold }: { open: (entry: Entry) => void; fold: (entries: readonly Entry[]) => void },
): void => {
  if (row.is === 'fold') fold(row.entries);
  else if (row.is === 'entry') open(entryOfRow(row)!);
};

const newsOf = (waiting: readonly Entry[], shown: Entry | undefined) => {
  const newest = Date.parse(shown?.occurredAt ?? '');
  const older = waiting.filter(({ occurredAt }) => Date.parse(occurredAt) < newest).length;
  return { newer: waiting.length - older, older };
};
