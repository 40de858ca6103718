import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { setQuery, useRoute } from '../route.ts';
import type { Channel } from '../shapes.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { channelNames, dayOf, spanOf } from '../words.ts';
import { useKeys } from '../keys.ts';
import { EntryRow } from './entry-row.tsx';
import { FilterBar, filtersOf } from './filters.tsx';
import { lineOf, type Row } from './line.ts';
import { useTimeline } from './use-timeline.ts';

type Props = { of: string; channels: readonly Channel[]; lit: ReadonlySet<string>; goTo: string | undefined };

/** The line: from now back to the first touch, virtualised, read page by page. */
export const Timeline = ({ of, channels, lit, goTo }: Props) => {
  const { query } = useRoute();
  const search = query.toString();
  const filters = useMemo(() => filtersOf(new URLSearchParams(search)), [search]);
  const timeline = useTimeline(of, filters);
  const { entries, fresh, refresh, fetchNextPage, hasNextPage, isFetchingNextPage } = timeline;
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) =>
    setOpened((all) => (all.has(key) ? new Set([...all].filter((one) => one !== key)) : new Set([...all, key])));
  const rows = useMemo(() => lineOf(entries, opened), [entries, opened]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => heightOf(rows[at]!),
    getItemKey: (at) => rows[at]!.key,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown > rows.length - 25) void fetchNextPage();
  }, [lastShown, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const current = query.get('at') ?? undefined;
  const indexOf = (id: string) =>
    rows.findIndex((row) =>
      row.is === 'entry' ? row.entry.id === id : row.is === 'fold' && row.entries.some((entry) => entry.id === id),
    );

  // A cited event may lie on a page that is not read yet.
  const wanted = goTo ?? undefined;
  const wantedAt = wanted === undefined ? -1 : indexOf(wanted);
  useEffect(() => {
    if (wanted === undefined) return;
    if (wantedAt >= 0) {
      virtual.scrollToIndex(wantedAt, { align: 'center' });
      setQuery({ at: wanted });
    } else if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the virtualizer is the same object for ever
  }, [wanted, wantedAt, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const step = (by: 1 | -1) => {
    const from = current === undefined ? -1 : indexOf(current);
    for (let at = from + by; at >= 0 && at < rows.length; at += by) {
      const row = rows[at]!;
      if (row.is !== 'entry' && row.is !== 'fold') continue;
      virtual.scrollToIndex(at, { align: 'auto' });
      setQuery({ at: row.is === 'entry' ? row.entry.id : row.entries[0]!.id });
      return;
    }
  };
  const openCurrent = () => {
    const row = current === undefined ? undefined : rows[indexOf(current)];
    if (row) toggle(row.key);
  };
  useKeys({ j: () => step(1), k: () => step(-1), Enter: openCurrent });

  const showFresh = () => void refresh().then(() => virtual.scrollToOffset(0));

  return (
    <section className="timeline" aria-label="Timeline">
      <FilterBar filters={filters} channels={channels} />
      {fresh > 0 && (
        <button type="button" className="fresh" onClick={showFresh}>
          {fresh} new ↑
        </button>
      )}
      <p className="sr" role="status">
        {fresh > 0 ? `${fresh} new entries` : ''}
      </p>
      {timeline.isError && <Failure error={timeline.error} retry={() => void timeline.refetch()} />}
      {timeline.isPending && <Skeleton rows={10} />}
      {timeline.isSuccess && rows.length === 0 && (
        <Empty title={Object.keys(filters).length > 0 ? 'Nothing here matches the filter.' : 'Nothing was said yet.'} />
      )}
      <div
        className="line-scroller"
        ref={scroller}
        tabIndex={0}
        role="feed"
        aria-busy={isFetchingNextPage}
        aria-label="Entries, newest first"
      >
        <div className="line" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="row"
              style={{ transform: `translateY(${start}px)` }}
            >
              <RowView row={rows[index]!} lit={lit} current={current} opened={opened} toggle={toggle} />
            </div>
          ))}
        </div>
        {timeline.isSuccess && !hasNextPage && rows.length > 0 && (
          <p className="beginning">The first touch. Before it: nothing.</p>
        )}
      </div>
    </section>
  );
};

const heightOf = (row: Row): number => {
  switch (row.is) {
    case 'day':
      return 40;
    case 'silence':
      return silenceHeight(row.ms);
    case 'fold':
      return 64;
    case 'entry':
      return row.entry.type === 'interaction' ? 112 : 40;
  }
};

// To scale, but folded: a day more of silence is a step smaller than the one before.
const silenceHeight = (ms: number): number => Math.min(160, 32 + 12 * Math.log2(ms / (7 * 86_400_000)));

type RowProps = {
  row: Row;
  lit: ReadonlySet<string>;
  current: string | undefined;
  opened: ReadonlySet<string>;
  toggle: (key: string) => void;
};

const RowView = ({ row, lit, current, opened, toggle }: RowProps) => {
  switch (row.is) {
    case 'day':
      return (
        <h3 className="day">
          <time dateTime={row.at}>{dayOf(row.at)}</time>
        </h3>
      );
    case 'silence':
      return (
        <p className="silence" style={{ height: silenceHeight(row.ms) }}>
          {spanOf(row.ms)} of quiet
        </p>
      );
    case 'fold': {
      const [newest] = row.entries;
      return (
        <button
          type="button"
          className="fold"
          data-lit={row.entries.some(({ id }) => lit.has(id)) ? '' : undefined}
          onClick={() => toggle(row.key)}
        >
          <span className="mark" data-channel={newest!.channel}>
            {row.entries.length}
          </span>
          <span className="entry-body">
            {channelNames[newest!.channel ?? 'chat']} · {row.entries.length} touches
            {newest!.subject && ` · ${newest!.subject}`}
          </span>
          <Time at={newest!.occurredAt} />
        </button>
      );
    }
    case 'entry':
      return (
        <EntryRow
          entry={row.entry}
          lit={lit.has(row.entry.id)}
          current={row.entry.id === current}
          open={opened.has(row.key)}
          onOpen={() => toggle(row.key)}
        />
      );
  }
};
