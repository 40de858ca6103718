import { readable, teamUnknown } from '../edge.ts';
import { lastTeam } from '../matter/assignment.ts';
import type { RoutingOptions } from '../routing.ts';
import { wasTeam } from './team.query.ts';

/**
 * Holds the team that a list is asked for, if any, against those that there are or were; what was defined a moment ago is
 * waited for. Throws Rejection `TeamUnknown`.
 */
export const teamNamed = async (options: RoutingOptions, tenant: string, team: string | undefined): Promise<void> => {
  if (team === undefined || team === lastTeam.team) return;
  const { db, ledger } = options;
  const look = (): Promise<boolean> => db.asTenant(tenant, (client) => wasTeam(client, tenant, team));
  if (await look()) return;
  await readable(options, await ledger.head());
  if (!(await look())) throw teamUnknown(team, '/team');
};
