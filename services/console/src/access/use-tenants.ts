import { hashKey, useQuery } from '@tanstack/react-query';
import { get } from '../api.ts';
import type { Page } from '../shapes.ts';
import { token } from './token.ts';

const none: readonly string[] = [];

/** The names of the tenants there are, for who may know them. */
export const useTenants = (): readonly string[] =>
  useQuery({
    queryKey: ['tenants'],
    queryFn: async ({ signal }) => {
      const { items } = await get<Page<{ name: string }>>('/v1/tenants', {}, signal);
      return items.map(({ name }) => name);
    },
    staleTime: Infinity,
    // A token or key is of one tenant, whatever its owner may know of others.
    enabled: token.get() === null,
    // They are the same whichever is shown.
    queryKeyHashFn: hashKey,
  }).data ?? none;
