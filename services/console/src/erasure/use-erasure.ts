import { useQuery } from '@tanstack/react-query';
import { get } from '../api.ts';
import type { Page } from '../shapes.ts';
import type { Erasure } from './shapes.ts';

const path = '/v1/erasures';
const soon = 1_000;

/** Whether whoever looks on may erase: erasures are told to those who may. */
export const useMayErase = (): boolean =>
  useQuery({
    queryKey: ['erasures'],
    queryFn: ({ signal }) => get<Page<Erasure>>(path, { limit: 1 }, signal),
    staleTime: Infinity,
  }).isSuccess;

/** How it goes with the erasure of a customer, until it is complete; null as long as nothing is known of it. */
export const useErasureOf = (customer: string) => {
  const may = useMayErase();
  return useQuery({
    queryKey: ['erasure', customer],
    queryFn: async ({ signal }): Promise<Erasure | null> => {
      const { items } = await get<Page<Erasure>>(path, { customer, limit: 1 }, signal);
      const [known] = items;
      return known ? get<Erasure>(`${path}/${known.id}`, {}, signal) : null;
    },
    refetchInterval: ({ state }) => (state.data?.state === 'complete' ? false : soon),
    enabled: may,
  });
};
