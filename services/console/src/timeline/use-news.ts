import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { forgetWritten } from '../api.ts';
import { listen } from '../listen.ts';
import type { Entry } from '../shapes.ts';
import { type Filters, isAskedFor, queryOf } from './filter.ts';

type Asked = {
  of: string;
  filters: Filters;
  /** What who reads the line has seen; undefined as long as it is not read, or where nothing comes in. */
  seen: string | undefined;
  isShown: (entry: Entry) => boolean;
  isBeyond: (entry: Entry) => boolean;
  /** Puts entries where they belong. */
  add: (entries: readonly Entry[]) => void;
  /** Reads the line anew, where too much came in to be put into it. */
  readAnew: () => void;
};

const none: readonly Entry[] = [];
const most = 500;
const afterSilenceMs = 500;

/** What came in since the line was read, as far as the filters ask for it: it waits until the reader wants to see it. */
export const useNews = ({ of, filters, seen, isShown, isBeyond, add, readAnew }: Asked) => {
  const [waiting, setWaiting] = useState(none);
  const tellOthers = useTellOthers(of);
  const queries = useQueryClient();
  const readAllAnew = () => {
    forgetWritten();
    void queries.resetQueries();
  };

  const hear = useEffectEvent((entry: Entry, asked: Filters) => {
    tellOthers();
    if (isShown(entry)) add([entry]);
    else if (isAskedFor(entry, asked) && !isBeyond(entry))
      setWaiting((all) => (all.length === most || all.some(({ id }) => id === entry.id) ? all : [entry, ...all]));
  });
  const start = useEffectEvent((whose: string, asked: Filters, signal: AbortSignal) => {
    if (seen === undefined) return;
    const heard = (event: string, data: unknown) => {
      if (event === 'entry') hear(data as Entry, asked);
      // The ledger was restored to an earlier time: all that is shown may be of a future that was given up.
      if (event === 'problem') readAllAnew();
    };
    void listen(`/v1/${whose}/timeline/stream?type=${queryOf(asked).type}`, seen, heard, signal);
  });
  const isRead = seen !== undefined;
  useEffect(() => {
    if (!isRead) return;
    const stop = new AbortController();
    start(of, filters, stop.signal);
    return () => {
      stop.abort();
      setWaiting(none);
    };
  }, [of, filters, isRead]);

  const show = useCallback(() => {
    if (waiting.length === most) readAnew();
    else add(waiting);
    setWaiting(none);
  }, [add, readAnew, waiting]);
  return { waiting, show };
};

// The brief, the volume and the customer's name follow, once for many entries.
const useTellOthers = (of: string): (() => void) => {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  return useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () =>
        void queries.invalidateQueries({
          predicate: ({ queryKey }) => queryKey[0] !== 'timeline' && queryKey[1] === of,
        }),
      afterSilenceMs,
    );
  }, [queries, of]);
};
