import type { Client } from '@throughline/postgres';
import { type Quiet, usualQuiet } from '@throughline/contracts';

type Named = { readonly tenant: string; readonly conversation: string };

/** What may have been quiet for long enough by a moment, of all tenants (projector role); those quiet the longest first. */
export const quietBy = async (db: Client, now: Date, most: number): Promise<readonly Named[]> => {
  const { rows } = await db.query<Named>({
    name: 'capture.session.quiet',
    text: `select t.tenant, s.conversation from capture.tenant t
      left join capture.policy p on p.tenant = t.tenant and p.noun = 'session'
      cross join lateral jsonb_each_text(coalesce(p.data::jsonb->'quiet', $1::jsonb)) as c (channel, quiet)
      cross join lateral (
        select conversation, at from capture.session
        where tenant = t.tenant and channel = c.channel and at <= $2::timestamptz - c.quiet::interval order by at limit $3
      ) as s order by s.at limit $3`,
    values: [JSON.stringify(usualQuiet), now.toISOString(), most],
  });
  return rows;
};

/** The policies of these tenants. */
export const quietOf = async (db: Client, tenants: readonly string[]): Promise<(tenant: string) => Quiet> => {
  const { rows } = await db.query<{ tenant: string; quiet: string }>({
    name: 'capture.session.policies',
    text: `select tenant, (data->'quiet')::text as quiet from capture.policy where noun = 'session' and tenant = any($1)`,
    values: [tenants],
  });
  const known = new Map(rows.map(({ tenant, quiet }) => [tenant, JSON.parse(quiet) as Quiet]));
  return (tenant) => known.get(tenant) ?? usualQuiet;
};

/** A conversation in which something goes on, under the oldest of those that are one with it. */
export type GoingOn = Named & { readonly channel: string; readonly at: string };

/** What goes on in these conversations. */
export const goingOn = async (db: Client, named: readonly Named[]): Promise<readonly GoingOn[]> => {
  const { rows } = await db.query<GoingOn>({
    name: 'capture.session.going_on',
    text: `select s.tenant, s.conversation, s.channel, s.at from unnest($1::text[], $2::uuid[]) as asked (tenant, id)
      join capture.session s on s.tenant = asked.tenant and s.conversation = asked.id`,
    values: [named.map(({ tenant }) => tenant), named.map(({ conversation }) => conversation)],
  });
  return rows;
};

/** The oldest conversation that each of these is one with by now, itself where nothing is known of it. */
export const oldestOf = async (
  db: Client,
  named: readonly Named[],
): Promise<(tenant: string, conversation: string) => string> => {
  const { rows } = await db.query<Named & { readonly oldest: string }>({
    name: 'capture.session.oldest',
    text: `with recursive up as (
        select c.tenant, c.conversation, c.elder from unnest($1::text[], $2::uuid[]) as asked (tenant, id)
        join capture.conversation c on c.tenant = asked.tenant and c.conversation = asked.id
        union
        select up.tenant, up.conversation, c.elder from up
        join capture.conversation c on c.tenant = up.tenant and c.conversation = up.elder
      )
      select up.tenant, up.conversation, up.elder as oldest from up
      join capture.conversation c on c.tenant = up.tenant and c.conversation = up.elder and c.elder = c.conversation`,
    values: [named.map(({ tenant }) => tenant), named.map(({ conversation }) => conversation)],
  });
  const known = new Map(rows.map(({ tenant, conversation, oldest }) => [`${tenant} ${conversation}`, oldest]));
  return (tenant, conversation) => known.get(`${tenant} ${conversation}`) ?? conversation;
};
