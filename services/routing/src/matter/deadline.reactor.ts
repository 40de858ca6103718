import { derivedId } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Ask } from '../ask.ts';
import { reached } from '../caught-up.ts';
import type { Router } from '../router.ts';
import { askMatter, type Scene } from '../scene.ts';
import type { MatterDecision } from './course.ts';
import { close } from './hand.ts';
import { usualPolicy } from './policy.ts';
import { touchesOf } from './touch.ts';

type Asked = Pick<Router, 'ask'>;
type Due = { readonly tenant: string; readonly matter: string };

const most = 500;

/** Offers that lapsed, queues whose deadline passed and answers that are due, of all tenants, those due first first. */
const overdue = async (db: Client, at: string): Promise<readonly Due[]> => {
  const { rows } = await db.query<Due>({
    name: 'routing.overdue',
    text: `select tenant, matter from (
        (select m.tenant, m.matter, m.until from routing.matter m
          where m.state in ('queued', 'offered') and m.until <= $1 and (m.state = 'offered' or exists (
            select from routing.agent a where a.tenant = m.tenant and a.agent = m.fallback and not a.removed))
          order by m.until limit $2)
        union all
        (select tenant, matter, due from routing.promise
          where state = 'open' and not breached and due < $1 order by due limit $2)
      ) as due group by tenant, matter order by min(until) limit $2`,
    values: [at, most],
  });
  return rows;
};

/** Matters that somebody has and that nobody touched for as long as their tenant's policy says. */
const quiet = async (db: Client, at: string): Promise<readonly Due[]> => {
  const { rows } = await db.query<Due>({
    name: 'routing.quiet',
    text: `select m.tenant, m.matter from routing.matter m
      left join routing.policy p on p.tenant = m.tenant and p.noun = 'matter'
      cross join lateral (select $1::timestamptz - coalesce(p.data->>'quiet', $3)::interval as since) as silence
      where m.state = 'owned' and m.at < silence.since and not exists (
        select from routing.choice c cross join lateral ${touchesOf('c.tenant', 'c.conversation')} t
        where c.tenant = m.tenant and c.matter = m.matter and t.at >= silence.since
      )
      limit $2`,
    values: [at, most, usualPolicy.quiet],
  });
  return rows;
};

const noMore: MatterDecision = () => [];

/**
 * Tells in time what became due: offers that lapsed, queues whose deadline passed, answers that were not
 * given. Every decision about a matter lets its
 * time pass first, so who comes late tells the same, at the times when it was due. Answers how many it looked at.
 */
export const tellDue = async (router: Asked, db: Client, now: Date): Promise<number> => {
  const at = now.toISOString();
  const due = await overdue(db, at);
  await askAll(router, due, { at, heard: 0 }, 'due', noMore);
  return due.length;
};

/** Closes what nobody touched for long; what is said later opens it again. Answers how many it looked at. */
export const closeQuiet = async (router: Asked, db: Client, now: Date): Promise<number> => {
  const at = now.toISOString();
  // Read before the rows: what came later was not looked at.
  const heard = Number(await reached(db));
  const due = await quiet(db, at);
  await askAll(router, due, { at, heard }, 'quiet', close({ by: 'quiet' }, { at, heard }));
  return due.length;
};

// What one tenant's asks come to keeps no other tenant's from being asked; it is told once all were.
const askAll = async (
  router: Asked,
  due: readonly Due[],
  moment: Scene['moment'],
  what: string,
  decide: MatterDecision,
): Promise<void> => {
  const failed: unknown[] = [];
  for (const [tenant, theirs] of Map.groupBy(due, (one) => one.tenant)) {
    const asks = async (scene: Scene): Promise<Ask[]> =>
      theirs.map(({ matter }) => {
        const id = derivedId(what, tenant, matter, moment.at);
        return askMatter(scene, { matter, cause: { id, correlation: id }, decide });
      });
    await router.ask(tenant, asks, moment).catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) throw failed[0];
};
