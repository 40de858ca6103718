import type { Client } from '@throughline/postgres';
import type { Conversation, Mention } from './thread.ts';

/** What a batch names, of all tenants in it. */
export type Named = {
  readonly tenant: string;
  readonly conversations: readonly string[];
  readonly mentions: readonly string[];
};

type Theirs<Row> = Row & { readonly tenant: string };

/** The threads that a batch touches, as they are: its mentions, its conversations, and all their elders (projector role). */
export const readThreads = async (
  db: Client,
  named: readonly Named[],
): Promise<{ conversations: readonly Theirs<Conversation>[]; mentions: readonly Theirs<Mention>[] }> => {
  const pairs = (pick: (of: Named) => readonly string[]) => {
    const all = named.flatMap((of) => pick(of).map((id) => ({ tenant: of.tenant, id })));
    return [all.map(({ tenant }) => tenant), all.map(({ id }) => id)];
  };
  const { rows: mentions } = await db.query<Theirs<Mention>>({
    name: 'capture.thread.mentions',
    text: `select m.tenant, m.mention, m.conversation from unnest($1::text[], $2::uuid[]) as asked (tenant, id)
      join capture.mention m on m.tenant = asked.tenant and m.mention = asked.id`,
    values: pairs((of) => of.mentions),
  });
  const [tenants, ids] = pairs((of) => of.conversations);
  const { rows: conversations } = await db.query<Theirs<Conversation>>({
    name: 'capture.thread.conversations',
    text: `with recursive elders as (
        select c.* from unnest($1::text[], $2::uuid[]) as asked (tenant, id)
        join capture.conversation c on c.tenant = asked.tenant and c.conversation = asked.id
        union
        select c.* from elders e join capture.conversation c on c.tenant = e.tenant and c.conversation = e.elder
      )
      select tenant, conversation as id, elder, first_position as first from elders`,
    values: [
      [...tenants!, ...mentions.map(({ tenant }) => tenant)],
      [...ids!, ...mentions.map(({ conversation }) => conversation)],
    ],
  });
  return { conversations, mentions };
};

/** All conversations that are one with `id` by now, the oldest first; itself alone where nothing is known of it. */
export const oneWith = async (client: Client, tenant: string, id: string): Promise<[string, ...string[]]> => {
  const { rows } = await client.query<{ id: string }>({
    name: 'capture.thread.one_with',
    text: `with recursive up as (
        select c.* from capture.conversation c where c.tenant = $1 and c.conversation = $2
        union
        select c.* from up join capture.conversation c on c.tenant = $1 and c.conversation = up.elder
      ), down as (
        select conversation, first_position from up where elder = conversation
        union
        select c.conversation, c.first_position from down
        join capture.conversation c on c.tenant = $1 and c.elder = down.conversation and c.elder <> c.conversation
      )
      select conversation as id from down order by first_position, conversation`,
    values: [tenant, id],
  });
  const [oldest = id, ...others] = rows.map((row) => row.id);
  return [oldest, ...others];
};
