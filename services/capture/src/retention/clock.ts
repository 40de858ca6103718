import type { Sources } from '../sources.ts';
import { expire } from './expire.ts';
import { quartersOf } from './plan.ts';
import { policyOf } from './policy.ts';
import { expiresAt, isDue, isNear } from './retention.ts';

type Deps = Pick<Sources, 'ledger' | 'vault' | 'keys' | 'db' | 'projectorDb' | 'now' | 'log'>;

const actor = 'retention';

// Rows may be behind the ledger: they only say for whom it is worth asking it.
const tenantsOf = async ({ projectorDb }: Pick<Deps, 'projectorDb'>): Promise<readonly string[]> => {
  const { rows } = await projectorDb.query<{ tenant: string }>(
    `select tenant from capture.policy where noun = 'retention' and data->>'keep' is not null order by tenant`,
  );
  return rows.map(({ tenant }) => tenant);
};

/** Tells of every tenant what expires soon, and lets expire what is due. Whoever comes late, or second, does the same. */
export const letExpire = async (deps: Deps, now: Date = deps.now()): Promise<void> => {
  // A key that is destroyed is listed no more: what an earlier run could not end, no key leads back to.
  await deps.keys.settle();
  for (const tenant of await tenantsOf(deps)) {
    const retention = await policyOf(deps.ledger, tenant);
    const near = (await quartersOf(deps, tenant)).filter(({ quarter }) => isNear(quarter, retention, now));
    for (const { quarter, keys, customers, atLeast } of near)
      deps.log?.warn(
        { tenant, quarter, keys, customers, atLeast, at: expiresAt(quarter, retention) },
        isDue(quarter, retention, now) ? 'a quarter expires now' : 'a quarter expires soon',
      );
    if (!near.some(({ quarter }) => isDue(quarter, retention, now))) continue;
    while (!(await expire(deps, { tenant, actor }, (quarter, policy) => isDue(quarter, policy, now))).isDone);
  }
};
