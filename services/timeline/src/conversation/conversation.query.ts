import { type Quiet, usualQuiet } from '@throughline/contracts';
import { happenedBy } from '../entry/happened.ts';
import type { Reading } from '../reading.ts';
import { dialogues, type Touch } from './session.ts';

/** The conversations that `ids` were joined into, directly or by way of others; those that were not are left out. */
export const rootsOf = async ({ client, tenant }: Reading, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; root: string }>({
    name: 'timeline.conversation.roots',
    text: `
      with recursive up (id, root, steps) as (
        select asked.id, j."into", 1 from unnest($2::uuid[]) as asked (id)
        join timeline.joined_conversation j on j.tenant = $1 and j.conversation = asked.id
        union all
        select up.id, j."into", up.steps + 1 from up
        join timeline.joined_conversation j on j.tenant = $1 and j.conversation = up.root
        where up.steps < 1000
      )
      select distinct on (id) id, root from up order by id, steps desc`,
    values: [tenant, ids],
  });
  return new Map(rows.map(({ id, root }) => [id, root]));
};

/** All conversations that are one with `id` by now, itself among them. */
export const oneWith = async (reading: Reading, id: string): Promise<string[]> => {
  const root = (await rootsOf(reading, [id])).get(id) ?? id;
  const { rows } = await reading.client.query<{ id: string }>({
    name: 'timeline.conversation.members',
    text: `
      with recursive down (id) as (
        select $2::uuid
        union
        select j.conversation from down join timeline.joined_conversation j on j.tenant = $1 and j."into" = down.id
      )
      select id from down`,
    values: [reading.tenant, root],
  });
  return rows.map(({ id }) => id);
};

/** When sessions of these conversations ended last, by conversation (as it was named then). */
export const endsOf = async ({ client, tenant }: Reading, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<{ conversation: string; ended_at: string }>({
    name: 'timeline.conversation.ends',
    text: `
      select conversation, max(ended_at) as ended_at from timeline.ended_session
      where tenant = $1 and conversation = any($2::uuid[]) group by conversation`,
    values: [tenant, ids],
  });
  return new Map(rows.map(({ conversation, ended_at }) => [conversation, ended_at]));
};

/** How long nothing has to be said for a session of this tenant's to be over, by channel. */
export const quietOf = async ({ client, tenant }: Reading): Promise<Quiet> => {
  const { rows } = await client.query<{ quiet: string }>({
    name: 'timeline.conversation.quiet',
    text: 'select quiet from timeline.session_policy where tenant = $1 order by position desc limit 1',
    values: [tenant],
  });
  return rows[0] ? (JSON.parse(rows[0].quiet) as Quiet) : usualQuiet;
};

const theirLine = `from timeline.entry_of_handle l
  where l.tenant = $1 and l.handle = any($2::uuid[]) and l.type = 'interaction'`;

/**
 * How many conversations these handles took part in, of those in which something has happened by a moment; those joined
 * into another of theirs count once.
 */
// By lists and not by a join: on a table without statistics the planner compared all conversations with all others.
// A whole line is read only where something on it is still to come.
export const countConversations = async (
  { client, tenant }: Reading,
  handles: readonly string[],
  now: Date,
): Promise<number> => {
  const { rows } = await client.query<{ count: bigint }>({
    name: 'timeline.conversation.count',
    text: `
      with theirs as materialized (
        select distinct c.conversation from timeline.conversation_of_handle c
        where c.tenant = $1 and c.handle = any($2::uuid[]) and (
          c.conversation <> all(array(
            select l.conversation ${theirLine} and l.occurred_at > $3::timestamptz and not (${happenedBy('$3')})))
          or exists (select ${theirLine} and l.conversation = c.conversation and ${happenedBy('$3')}))
      )
      select count(*) - (
        select count(*) from timeline.joined_conversation j where j.tenant = $1
          and j.conversation = any(array(select conversation from theirs))
          and j."into" = any(array(select conversation from theirs))) as count
      from theirs`,
    values: [tenant, handles, now],
  });
  return Number(rows[0]!.count);
};

/** The newest interactions of these handles on channels of dialogue from a moment to another, newest first, at most 1 000. */
export const touchesBetween = async (
  { client, tenant }: Reading,
  handles: readonly string[],
  { since, now }: { readonly since: Date; readonly now: Date },
): Promise<Touch[]> => {
  const { rows } = await client.query<Touch>({
    name: 'timeline.conversation.touches',
    text: `
      select distinct l.position, l.occurred_at as at, l.channel, l.conversation from timeline.entry_of_handle l
      where l.tenant = $1 and l.handle = any($2::uuid[]) and l.occurred_at >= $3::timestamptz
        and l.type = 'interaction' and l.channel = any($4) and not l.automatic and ${happenedBy('$5')}
      order by l.occurred_at desc, l.position desc limit 1000`,
    values: [tenant, handles, since, dialogues, now],
  });
  return rows;
};
