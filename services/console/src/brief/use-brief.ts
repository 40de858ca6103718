import { useQuery } from '@tanstack/react-query';
import { get, sinceWritten } from '../api.ts';
import type { Brief } from '../shapes.ts';

/** The four answers about a customer, asked for again while somebody looks. */
export const useBrief = (id: string) => {
  const of = `customers/${id}`;
  return useQuery({
    queryKey: ['brief', of],
    queryFn: ({ signal }) => get<Brief>(`/v1/${of}/brief`, sinceWritten(), signal),
    refetchInterval: 30_000,
  });
};
