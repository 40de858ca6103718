import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { get, listen } from '../api.ts';
import type { Entry, Page } from '../shapes.ts';
import type { Filters } from './filters.tsx';

const perPage = 50;

/** A timeline page by page, newest first, and what came in since it was read. `of` is `customers/<id>` or `accounts/<id>`. */
export const useTimeline = (of: string, filters: Filters) => {
  const queries = useQueryClient();
  const key = ['timeline', of, filters] as const;
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      get<Page<Entry>>(`/v1/${of}/timeline`, { ...filters, limit: perPage, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const entries = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const [fresh, setFresh] = useState(0);
  const newest = pages.data
    ? Math.max(0, ...(pages.data.pages[0]?.items ?? []).map(({ position }) => position))
    : undefined;
  const live = of.startsWith('customers/');

  // What is being read does not move: new entries are counted, and shown when the reader asks.
  useEffect(() => {
    if (newest === undefined || !live) return;
    const stop = new AbortController();
    const onEvent = (event: string) => {
      if (event === 'entry') setFresh((count) => count + 1);
    };
    void listen(`/v1/${of}/timeline/stream`, newest, onEvent, stop.signal);
    return () => stop.abort();
  }, [of, newest, live]);

  const refresh = async () => {
    setFresh(0);
    await queries.resetQueries({ queryKey: ['timeline', of] });
    await queries.invalidateQueries({ queryKey: ['brief', of] });
  };
  return { ...pages, entries, fresh, refresh };
};
