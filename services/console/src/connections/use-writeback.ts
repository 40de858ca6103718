import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post, write } from '../api.ts';
import type { Page } from '../shapes.ts';
import type { Connection, Crm, Delivery, Findings } from './shapes.ts';

/** The kinds of CRM that can be connected. */
export const useCrms = () =>
  useQuery({
    queryKey: ['crms'],
    queryFn: ({ signal }) => get<Page<Crm>>('/v1/crms', {}, signal),
    staleTime: Infinity,
  });

/** The CRMs that are connected. */
export const useConnections = () =>
  useQuery({
    queryKey: ['connections'],
    queryFn: ({ signal }) => get<Page<Connection>>('/v1/connections', { limit: 200 }, signal),
    refetchInterval: 10_000,
  });

/** Which deliveries are shown: `aside` is what a person must look at. */
export const shownStates = ['aside', 'open', 'confirmed', 'dropped'] as const;
export type Shown = (typeof shownStates)[number];

/** What is written to the CRMs, the newest first. */
export const useDeliveries = (state: Shown, connection: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['deliveries', state, connection],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Delivery>>('/v1/deliveries', { state, connection, limit: 25, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: 5_000,
  });

const useDone = () => {
  const queries = useQueryClient();
  return () =>
    queries.invalidateQueries({
      predicate: ({ queryKey }) => ['connections', 'deliveries'].includes(String(queryKey[0])),
    });
};

/** Pauses a connection, or lets it go on. */
export const useSwitch = ({ id }: Connection) => {
  const done = useDone();
  return useMutation({
    mutationFn: (to: 'pause' | 'resume') => post(`/v1/connections/${id}/${to}`, {}),
    onSettled: done,
  });
};

/** Takes a connection away for good. */
export const useRemove = ({ id }: Connection) => {
  const done = useDone();
  return useMutation({
    mutationFn: () => write<{ unwritten: number }>('DELETE', `/v1/connections/${id}`, undefined),
    onSuccess: done,
  });
};

/** Looks at what can be told of a CRM without writing to it; makes what is missing where that is asked for. */
export const useTest = ({ id }: Connection) =>
  useMutation({ mutationFn: (prepare: boolean) => post<Findings>(`/v1/connections/${id}/test`, { prepare }) });

/** Tries a delivery again, or gives it up. */
export const useDecide = ({ id }: Delivery) => {
  const done = useDone();
  return useMutation({
    mutationFn: (to: 'retry' | 'drop') =>
      to === 'retry' ? post(`/v1/deliveries/${id}/retry`, {}) : write('DELETE', `/v1/deliveries/${id}`, undefined),
    onSettled: done,
  });
};

/** Asks again for connections and what is written to them. */
export const useChanged = useDone;
