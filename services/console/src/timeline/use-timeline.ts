import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { get, getSeen, type Seen, sinceWritten } from '../api.ts';
import type { Entry, Page } from '../shapes.ts';
import { type Filters, queryOf } from './filter.ts';
import { timeOf } from './line.ts';
import { withNews, withTasksDone } from './news.ts';
import type { Then } from '../then/then.ts';
import { useNews } from './use-news.ts';

/** What is asked for: which entries, and as of when, where it is not now. */
type Asked = { readonly filters: Filters; readonly past: Then | undefined };
/** A page, and what was asked for. */
type ReadPage = Seen<Page<Entry>> & Asked;
type Pages = InfiniteData<ReadPage, string | undefined>;

// The first page is what is seen at once, the others are what is scrolled through.
const firstPage = 50;
const laterPages = 200;

/**
 * A timeline page by page, newest first, and what came in since it was read; nothing comes in as of another moment. `of`
 * is `customers/<id>` or `accounts/<id>`, `written` the position of what this page wrote last: that is shown at once.
 */
export const useTimeline = (of: string, { filters, past }: Asked, written: number) => {
  const queries = useQueryClient();
  const key = useMemo(() => ['timeline', of, filters, past] as const, [of, filters, past]);
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }): Promise<ReadPage> => {
      const query = {
        ...queryOf(filters),
        ...(past ?? sinceWritten()),
        limit: pageParam ? laterPages : firstPage,
        cursor: pageParam,
      };
      return { ...(await getSeen<Page<Entry>>(`/v1/${of}/timeline`, query, signal)), filters, past };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Others of the same moment are looked at until these are there.
    placeholderData: (before) => (before?.pages[0]?.past === past ? before : undefined),
    staleTime: Infinity,
  });
  const { data, isPlaceholderData } = pages;
  const read = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const entries = useMemo(() => withTasksDone(read), [read]);
  const ids = useMemo(() => new Set(read.map(({ id }) => id)), [read]);
  const add = useCallback(
    (news: readonly Entry[]) =>
      queries.setQueryData<Pages>(key, (all) => all && { ...all, pages: withNews(all.pages, news) }),
    [queries, key],
  );
  const readAnew = useCallback(() => void queries.resetQueries({ queryKey: key }), [queries, key]);
  const seen = isPlaceholderData ? undefined : data?.pages[0]?.seen;
  const oldest = read.at(-1);
  const news = useNews({
    of,
    filters,
    seen,
    isShown: ({ id }) => ids.has(id),
    // What changed or came in further down than one has read comes with its page.
    isBeyond: (entry) => pages.hasNextPage && oldest !== undefined && timeOf(entry) < timeOf(oldest),
    add,
    readAnew,
  });
  useEffect(() => {
    if (written === 0 || past) return;
    const stop = new AbortController();
    const query = { ...queryOf(filters), ...sinceWritten(), limit: firstPage };
    const shown = get<Page<Entry>>(`/v1/${of}/timeline`, query, stop.signal).then(({ items }) => add(items));
    // It is stored; the line shows it with its next reading.
    shown.catch(() => undefined);
    return () => stop.abort();
  }, [of, filters, past, written, add]);
  const waiting = useMemo(() => news.waiting.filter(({ id }) => !ids.has(id)), [news.waiting, ids]);
  /** What the entries were asked for with; still the former, while the answer to others is awaited. */
  const shownFilters = data?.pages[0]?.filters ?? filters;
  return { ...pages, ...news, waiting, entries, shownFilters };
};
