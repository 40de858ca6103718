import type { Checkpoints, Queue, Status } from '../src/health/shapes.ts';
import type { Answered, Asked } from './answers.ts';
import type { World } from './world.ts';

const head = 4_711;

const statusOf = ({ quarantined }: World, tenant: string): Status => ({
  ready: true,
  tenant,
  head,
  counts: { quarantined: quarantined.length, parked: 0 },
  projections: ['timeline', 'identity', 'search'].map((name) => ({ name, position: head })),
});

const checkpoints: Checkpoints = { items: [{ position: 4_700, at: '2026-05-06T09:00:00Z' }], contradiction: null };

// Of the night watch, nobody is there, and what waits is late.
const queuesOf = ({ desk }: World): Queue[] =>
  desk.teams.map(({ team, waiting, available, agents }) => ({
    team, waiting, available, agents, late: team === 'night' ? waiting : 0, ...(team === 'night' && { fallback: 'nobody' }),
  })); // prettier-ignore

/** What is answered to whoever asks how it goes; undefined where it is about something else. */
export const healthAnswers = (world: World, { method, path, headers }: Asked): Answered | undefined => {
  if (method !== 'GET') return undefined;
  switch (path) {
    case '/v1/status':
      return { body: statusOf(world, String(headers['x-tenant'] ?? 'default')) };
    case '/v1/ledger/checkpoints':
      return { body: { ...checkpoints, nextCursor: null } };
    case '/v1/projections':
      return { body: { items: [] } };
    case '/v1/queues':
      return { body: { items: queuesOf(world), nextCursor: null } };
    default:
      return undefined;
  }
};
