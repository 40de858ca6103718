import type { Sources } from '../sources.ts';
import { expire } from './expire.ts';
import { quartersOf } from './plan.ts';
import { expiresAt, isNear, type Retention } from './retention.ts';

type Deps = Pick<Sources, 'ledger' | 'vault' | 'keys' | 'db' | 'projectorDb' | 'now' | 'log'>;

const actor = 'retention';

const policiesOf = async ({ projectorDb }: Pick<Deps, 'projectorDb'>) => {
  const { rows } = await projectorDb.query<{ tenant: string; data: string }>(
    `select tenant, data::text as data from capture.policy where noun = 'retention' and data->>'keep' is not null order by tenant`,
  );
  return rows.map(({ tenant, data }) => ({ tenant, retention: JSON.parse(data) as Retention }));
};

/** Tells of every tenant what expires soon, and lets expire what is due. Whoever comes late, or second, does the same. */
export const letExpire = async (deps: Deps, now: Date = deps.now()): Promise<void> => {
  for (const { tenant, retention } of await policiesOf(deps)) {
    const isDue = (quarter: string) => expiresAt(quarter, retention)! <= now;
    const near = (await quartersOf(deps, tenant)).filter(({ quarter }) => isNear(quarter, retention, now));
    for (const { quarter, keys, customers } of near)
      deps.log?.warn(
        { tenant, quarter, keys, customers, at: expiresAt(quarter, retention) },
        isDue(quarter) ? 'a quarter expires now' : 'a quarter expires soon',
      );
    if (!near.some(({ quarter }) => isDue(quarter))) continue;
    while (!(await expire(deps, { tenant, actor }, isDue)).isDone);
  }
};
