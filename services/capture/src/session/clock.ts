import type { Sources } from '../sources.ts';
import { quietActor, tellEnds } from './ending.ts';
import { elapse } from './session.ts';
import { quietBy, quietOf } from './session.query.ts';
import { oneWith } from '../thread/thread.query.ts';

const most = 500;
const atOnce = 32;

/**
 * Tells the ends of sessions that were quiet for long enough by now. Whoever comes late tells the same, at the times when
 * it was so. Answers how many conversations it looked at.
 */
export const tellQuiet = async (
  deps: Pick<Sources, 'ledger' | 'now' | 'projectorDb'>,
  now: Date = deps.now(),
): Promise<number> => {
  const due = await quietBy(deps.projectorDb, now, most);
  const policy = await quietOf(deps.projectorDb, [...new Set(due.map(({ tenant }) => tenant))]);
  for (let from = 0; from < due.length; from += atOnce)
    await Promise.all(
      due.slice(from, from + atOnce).map(async ({ tenant, conversation }) => {
        const conversations = await oneWith(deps.projectorDb, tenant, conversation);
        const decide = elapse(conversations[0], now.toISOString(), policy(tenant));
        await tellEnds(deps, { tenant, conversations, decide, actor: quietActor });
      }),
    );
  return due.length;
};
