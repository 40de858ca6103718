import { happenedBy } from '../entry/happened.ts';

type Of = 'handle' | 'account';

const tableOf = { handle: 'timeline.contact', account: 'timeline.account' } as const;

/**
 * Moments (`at`) at which something happened with a handle or an account by a moment, the parameter `now`: whose it is, is
 * an expression, the tenant the parameter 1. Its last one is there, and some that are not. Where none is `happened`, all is
 * still to come, and `at` is when that was told. What was withdrawn did not happen.
 */
export const lastsOf = (of: Of, whose: string, now: string): string => `(
    select l.${of}, l.happened, l.last_at as at, l.position from ${tableOf[of]} l where l.tenant = $1 and l.${of} = ${whose}
    union all
    select l.${of}, 1, l.occurred_at, l.position from timeline.arrangement_of_${of} l
    where l.tenant = $1 and l.${of} = ${whose} and ${happenedBy(now)} and not exists (
      select from timeline.amendment a
      where a.tenant = $1 and a.interaction = l.event and a.data::json ->> 'change' = 'withdrawn'))`;

/** The order of such rows, the last first, which stands for somebody in lists; `rows` is what the query calls them. */
export const lastFirst = (of: Of, rows: string): string =>
  ['happened', 'at', of, 'position'].map((column) => `${rows}.${column} desc`).join(', ');

/**
 * All such rows of all tenants, to be walked along: what was withdrawn, or is to come, is among them, and is nobody's last.
 * Nothing is asked of them in here, or PostgreSQL would sort both tables instead of reading them along their indexes.
 */
export const allLasts = (of: Of): string => `(
    select tenant, ${of}, last_at as at, position from ${tableOf[of]}
    union all
    select tenant, ${of}, occurred_at, position from timeline.arrangement_of_${of})`;
