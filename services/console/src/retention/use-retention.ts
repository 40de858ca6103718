import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, write } from '../api.ts';
import type { Plan } from './shapes.ts';

/** What is kept, quarter by quarter; with `keep` as if so many past quarters were. */
export const usePlan = (keep?: number, enabled = true) =>
  useQuery({
    queryKey: ['retention', keep ?? 'as it is'],
    queryFn: ({ signal }) => get<Plan>('/v1/retention', { keep }, signal),
    enabled,
  });

/** Says for how long it is kept; without `keep` for ever. */
export const useSet = (onDone: () => void) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ keep, notice }: { keep: number | undefined; notice: number }) =>
      write('PUT', '/v1/policies/retention', { keep: keep ?? null, notice }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['retention'] });
      onDone();
    },
  });
};
