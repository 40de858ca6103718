import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post, sinceWritten } from '../api.ts';
import type { Matter, Matters, Packet, Team } from '../matter/shapes.ts';
import type { Customer, Page } from '../shapes.ts';
import { customerName } from '../words.ts';

// A desk is looked at all day: what is asked of it is asked for again before anybody wonders.
const soon = 4_000;

/** What an agent has and is offered, as far as 200 go. */
export const useMatters = (agent: string | undefined) =>
  useQuery({
    queryKey: ['matters', 'of', agent],
    queryFn: ({ signal }) => get<Matters>('/v1/matters', { agent, limit: 200, ...sinceWritten() }, signal),
    refetchInterval: soon,
    enabled: agent !== undefined,
  });

/** The open matters of a customer. */
export const useMattersOf = (customer: string) =>
  useQuery({
    queryKey: ['matters', 'for', customer],
    queryFn: ({ signal }) => get<Matters>('/v1/matters', { customer, limit: 20, ...sinceWritten() }, signal),
    refetchInterval: 15_000,
  });

/** Teams with what waits in their queues. */
export const useTeams = () =>
  useQuery({
    queryKey: ['teams'],
    queryFn: ({ signal }) => get<Page<Team>>('/v1/teams', { limit: 200, ...sinceWritten() }, signal),
    refetchInterval: soon,
  });

/** What waits in a team's queue, the most urgent first. */
export const useQueue = (team: string) =>
  useQuery({
    queryKey: ['matters', 'in', team],
    queryFn: ({ signal }) => get<Matters>(`/v1/queues/${team}`, { limit: 50, ...sinceWritten() }, signal),
    refetchInterval: soon,
  });

/** What whoever has a matter has to know. */
export const usePacket = (matter: string) =>
  useQuery({
    queryKey: ['packet', matter],
    queryFn: ({ signal }) => get<Packet>(`/v1/matters/${matter}/packet`, {}, signal),
    refetchInterval: 15_000,
  });

/** What a matter's customer is called, once it is known. */
export const useName = (customer: string): string | undefined => {
  const found = useQuery({
    queryKey: ['customer', `customers/${customer}`],
    queryFn: ({ signal }) => get<Customer>(`/v1/customers/${customer}`, {}, signal),
    staleTime: 300_000,
  });
  return found.data && customerName(found.data);
};

const onDesks: readonly unknown[] = ['matters', 'agents', 'teams', 'why', 'packet', 'brief'];

/** Asks again for all that people see of work. */
export const useStirred = () => {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ predicate: ({ queryKey }) => onDesks.includes(queryKey[0]) });
};

/** The answer to an offer. */
export const useAnswer = (agent: string) => {
  const stirred = useStirred();
  return useMutation({
    mutationFn: ({ matter, says }: { matter: Matter; says: 'accept' | 'decline' }) =>
      post(`/v1/matters/${matter.id}/${says}`, { agent }),
    onSettled: stirred,
  });
};

/** Says that a matter waits for the customer. */
export const useWait = () => {
  const stirred = useStirred();
  return useMutation({
    mutationFn: ({ id }: Matter) => post(`/v1/matters/${id}/wait`, {}),
    onSettled: stirred,
  });
};

/** Takes the next one that waits in one of these teams; undefined where nothing waits for the agent. */
export const useNext = (agent: string) => {
  const stirred = useStirred();
  return useMutation({
    mutationFn: async (teams: readonly string[]): Promise<Matter | undefined> => {
      for (const team of teams) {
        const { matter } = await post<{ matter: Matter | null }>(`/v1/queues/${team}/next`, { agent });
        if (matter) return matter;
      }
      return undefined;
    },
    onSettled: stirred,
  });
};
