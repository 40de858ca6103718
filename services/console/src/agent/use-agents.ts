import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { get, type Me, me, sinceWritten } from '../api.ts';
import type { Agent } from '../matter/shapes.ts';
import type { Page } from '../shapes.ts';

/** Everybody whom teams may give work to; the first 200. */
export const useAgents = () =>
  useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => get<Page<Agent>>('/v1/agents', { limit: 200, ...sinceWritten() }, signal),
    refetchInterval: 15_000,
  });

/** Which agent the reader said to be. */
export const useMe = (): Me | undefined => useSyncExternalStore(me.watch, me.get);
