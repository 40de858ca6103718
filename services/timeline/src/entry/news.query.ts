import type { Timeline } from '../timeline.ts';

/** Positions from (not with) the first up to the last. */
export type Stretch = { readonly after: bigint; readonly to: bigint };

/** The handles of the customers whose timelines have something new in a stretch. */
export type Touched = (tenant: string, stretch: Stretch) => Promise<ReadonlySet<string>>;

const text = `
  with touched as (
    select unnest(handles) as handle from timeline.entry where tenant = $1 and position > $2 and position <= $3
    union
    select unnest(e.handles) from timeline.amendment a join timeline.entry e on e.tenant = $1 and e.event = a.interaction
    where a.tenant = $1 and a.position > $2 and a.position <= $3
  )
  select handle from touched
  union
  select h.handle from touched join identity.handle own on own.tenant = $1 and own.handle = touched.handle
  join identity.handle h on h.tenant = $1 and h.customer = own.customer`;

const look = async (timeline: Timeline, tenant: string, { after, to }: Stretch): Promise<ReadonlySet<string>> =>
  timeline.read({ tenant, opens: false }, undefined, async ({ client }) => {
    const values = [tenant, after, to];
    const { rows } = await client.query<{ handle: string }>({ name: 'timeline.live.touched', text, values });
    return new Set(rows.map(({ handle }) => handle));
  });

/** So many stretches are remembered: those who watch go on from about the same place. */
const most = 32;

/** It is looked once for all who watch in this process: most of what comes is news for few of them. */
export const touchedOf = (timeline: Timeline): Touched => {
  const looks = new Map<string, Promise<ReadonlySet<string>>>();
  return (tenant, stretch) => {
    const key = `${stretch.after} ${stretch.to} ${tenant}`;
    const looking = looks.get(key) ?? look(timeline, tenant, stretch);
    looks.delete(key);
    looks.set(key, looking);
    looking.catch(() => looks.delete(key));
    if (looks.size > most) looks.delete(looks.keys().next().value!);
    return looking;
  };
};
