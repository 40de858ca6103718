import { useQuery } from '@tanstack/react-query';
import { get, sinceWritten } from '../api.ts';
import type { Brief } from '../shapes.ts';
import type { Then } from '../then/then.ts';

/** The four answers about a customer who is not erased, asked for again while somebody looks; or as of a moment. */
export const useBrief = (id: string, past: Then | undefined, isThere: boolean) => {
  const of = `customers/${id}`;
  return useQuery({
    queryKey: past ? ['brief', of, past] : ['brief', of],
    queryFn: ({ signal }) => get<Brief>(`/v1/${of}/brief`, past ?? sinceWritten(), signal),
    refetchInterval: past ? false : 30_000,
    enabled: isThere,
  });
};
