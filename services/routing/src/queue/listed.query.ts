import { type Instant, teamName } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import { z } from 'zod';
import { lastTeam } from '../matter/assignment.ts';

/** A queue as callers see it: what waits there, and who could take it. It tells of nobody by name. */
export const listedQueue = z.strictObject({
  team: teamName,
  waiting: z.int().describe('Matters in it.'),
  waitingSince: z.string().optional().describe('Since when the one is in it that is there longest.'),
  late: z.int().describe('Of these, past the time by which somebody was to have them.'),
  available: z.int().describe('Agents who take turns now.'),
  agents: z.int(),
  fallback: z
    .enum(['agent', 'nobody'])
    .optional()
    .describe('Whether an agent has what waits too long. With `nobody`, who is no agent or left, it stays here.'),
});
export type ListedQueue = z.infer<typeof listedQueue>;

type Row = Omit<ListedQueue, 'waitingSince' | 'fallback'> & {
  readonly waitingSince: string | null;
  readonly fallback: ListedQueue['fallback'] | null;
};

/** The queues of all teams after a name, the one that is always there among them, as they are at a moment. */
export const queuesAfter = async (
  db: Client,
  tenant: string,
  at: Instant,
  { after, limit }: { after: string; limit: number },
): Promise<ListedQueue[]> => {
  const { rows } = await db.query<Row>({
    name: 'routing.queues_after',
    text: `select q.team, waits.waiting, waits.since as "waitingSince", waits.late, members.available, members.agents,
        case when q.fallback is null then null when exists (
          select from routing.agent a where a.tenant = $1 and a.agent = q.fallback and not a.removed
        ) then 'agent' else 'nobody' end as fallback
      from (
        select t.team, (t.data::jsonb->'fallback'->>'id')::uuid as fallback from routing.team t
        where t.tenant = $1 and t.data is not null
        union all
        select $5, null where not exists (
          select from routing.team t where t.tenant = $1 and t.team = $5 and t.data is not null)
      ) as q cross join lateral (
        select count(*)::integer as waiting, min(m.at) as since, (count(*) filter (where m.until <= $4))::integer as late
        from routing.matter m where m.tenant = $1 and m.team = q.team and m.state = 'queued'
      ) as waits cross join lateral (
        select count(*)::integer as agents, (count(*) filter (where p.presence = 'available'))::integer as available
        from routing.agent a left join routing.presence p on p.tenant = $1 and p.agent = a.agent
        where a.tenant = $1 and not a.removed and a.data::jsonb->'teams' ? q.team
      ) as members
      where q.team > $2 order by q.team limit $3`,
    values: [tenant, after, limit, at, lastTeam.team],
  });
  return rows.map(({ waitingSince, fallback, ...row }) => ({
    ...row,
    waitingSince: waitingSince ?? undefined,
    fallback: fallback ?? undefined,
  }));
};
