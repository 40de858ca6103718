import type { Instant } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Policy } from '../matter/policy.ts';
import type { Said } from './exchange.ts';

/** What was said in a matter's conversations; from `since` on where it is not all. */
export type SaidIn = {
  readonly conversations: readonly string[];
  readonly said: readonly Said[];
  readonly since?: Instant;
};

// A conversation that goes on for ever is decided on by its end.
const most = 100;

type Row = Omit<Said, 'by' | 'interaction' | 'kind' | 'position'> & {
  readonly matter: string;
  readonly interaction: string | null;
  readonly position: bigint;
  readonly by: Said['by'];
  readonly automatic: boolean;
  readonly kind: Said['kind'] | null;
};

const asks = ({ by, automatic, channel }: Row, policy: Policy): boolean =>
  by !== 'customer' || (policy.channels.includes(channel) && (!automatic || policy.automatic));

const saidOf = ({ interaction, conversation, at, position, by, channel, kind }: Row): Said => ({
  interaction: interaction!,
  conversation,
  at: at.replace(/\.?0+Z$/, 'Z'),
  position: Number(position),
  by,
  channel,
  ...(kind !== null && { kind }),
});

const saidIn = (rows: readonly Row[], policy: Policy): SaidIn => {
  const byConversation = Map.groupBy(rows, ({ conversation }) => conversation);
  const cut = [...byConversation.values()].filter(({ length }) => length === most).map((theirs) => theirs.at(-1)!.at);
  const since = cut.toSorted((a, b) => Date.parse(b) - Date.parse(a))[0];
  const found = rows.filter(({ interaction }) => interaction !== null).filter((row) => asks(row, policy));
  const all = found.map(saidOf).filter(({ at }) => since === undefined || Date.parse(at) >= Date.parse(since));
  return { conversations: [...byConversation.keys()], said: all, ...(since !== undefined && { since }) };
};

/** The same by matter. */
export const saidInMatters = async (
  db: Client,
  tenant: string,
  matters: readonly string[],
  policy: Policy,
): Promise<ReadonlyMap<string, SaidIn>> => {
  const { rows } = await db.query<Row>({
    name: 'routing.said_in_matters',
    text: `select c.matter, c.conversation, s.interaction, s.at, s.position, s.by, s.automatic, s.channel, s.kind
      from unnest($2::uuid[]) as asked (id)
      join routing.choice c on c.tenant = $1 and c.matter = asked.id
      left join lateral (
        select * from routing.said s where s.tenant = $1 and s.conversation = c.conversation
        order by s.at desc, s.position desc limit $3
      ) as s on true`,
    values: [tenant, [...new Set(matters)], most],
  });
  const byMatter = Map.groupBy(rows, ({ matter }) => matter);
  return new Map([...byMatter].map(([matter, theirs]) => [matter, saidIn(theirs, policy)]));
};
