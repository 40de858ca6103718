import type { Instant } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Policy } from '../matter/policy.ts';
import { forgetOldest } from '../settle.ts';
import { type CalledOff, isCalledOff } from './called-off.ts';
import type { Said } from './exchange.ts';

/** What was said in a matter's conversations; from `since` on where it is not all. */
export type SaidIn = {
  readonly conversations: readonly string[];
  readonly said: readonly Said[];
  readonly since?: Instant;
};

// A conversation that goes on for ever is decided on by its end.
const most = 100;

type Row = Omit<Said, 'kind' | 'position'> & {
  readonly position: bigint;
  readonly automatic: boolean;
  readonly kind: Said['kind'] | null;
};
type Found = {
  readonly matter: string;
  readonly conversation: string;
  readonly after: bigint | null;
  readonly off: string | null;
} & (Row | { readonly interaction: null });

/** A row as what was said; `at` as the database tells it, whose texts are ordered as the instants are. */
type Kept = { readonly at: string; readonly automatic: boolean; readonly said: Said };

/**
 * What was read of long conversations: its end, newest first, and up to which position nothing was missing. Such rows
 * never change, so that only what came since has to be read.
 */
export type SaidMemory = Map<string, Remembered>;
type Remembered = {
  readonly tenant: string;
  /** The matter that it was in. */
  readonly matter: string;
  readonly conversation: string;
  readonly heard: number;
  readonly rows: readonly Kept[];
};

/** The moment before which nothing that comes late belongs to the end. */
const startOf = ({ rows }: Remembered): string => (rows.length < most ? '-infinity' : rows.at(-1)!.at);

const mostRemembered = 500;
/** Shorter ones are as quickly read anew. */
const long = 20;

const asks = ({ said: { by, channel }, automatic }: Kept, policy: Policy): boolean =>
  by !== 'customer' || (policy.channels.includes(channel) && (!automatic || policy.automatic));

const keptOf = ({ interaction, conversation, at, position, by, channel, kind, automatic }: Row): Kept => ({
  at,
  automatic,
  said: {
    interaction,
    conversation,
    at: at.replace(/\.?0+Z$/, 'Z'),
    position: Number(position),
    by,
    channel,
    ...(kind !== null && { kind }),
  },
});

const saidIn = (
  byConversation: ReadonlyMap<string, readonly Kept[]>,
  policy: Policy,
  off: readonly CalledOff[],
): SaidIn => {
  const rows = [...byConversation.values()];
  const cut = rows.filter(({ length }) => length === most).map((theirs) => theirs.at(-1)!.at);
  const since = cut.toSorted().at(-1);
  const found = rows.flat().filter((row) => asks(row, policy) && (since === undefined || row.at >= since));
  const said = found.map((row) => row.said).filter((one) => !isCalledOff(one, off));
  return { conversations: [...byConversation.keys()], said, ...(since !== undefined && { since }) };
};

const read = async (
  db: Client,
  tenant: string,
  matters: readonly string[],
  remembered: readonly Remembered[],
): Promise<readonly Found[]> => {
  const { rows } = await db.query<Found>({
    name: 'routing.said_in_matters',
    text: `select c.matter, c.conversation, c.after, called.off, s.interaction, s.at, s.position, s.by, s.automatic, s.channel, s.kind
      from unnest($2::uuid[]) as asked (id)
      join routing.choice c on c.tenant = $1 and c.matter = asked.id
      left join unnest($4::uuid[], $5::bigint[], $6::timestamptz[]) as known (conversation, heard, start)
        on known.conversation = c.conversation
      left join lateral (
        select json_agg(o)::text as off from routing.called_off o where o.tenant = $1 and o.conversation = c.conversation
      ) as called on true
      left join lateral (
        select * from routing.said s where s.tenant = $1 and s.conversation = c.conversation
        and s.at >= coalesce(known.start, '-infinity') and s.position > coalesce(known.heard, 0)
        order by s.at desc, s.position desc limit $3
      ) as s on true`,
    values: [
      tenant, matters, most,
      remembered.map((one) => one.conversation), remembered.map(({ heard }) => heard), remembered.map(startOf),
    ], // prettier-ignore
  });
  return rows;
};

const newestFirst = (a: Kept, b: Kept): number => {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return b.said.position - a.said.position;
};

/** The end of a conversation, of what was remembered and what was found beside it. */
const endOf = (before: readonly Kept[], found: readonly Found[]): readonly Kept[] => {
  const news = found.filter((one): one is Found & Row => one.interaction !== null);
  const fresh = news.filter(({ interaction }) => before.every(({ said }) => said.interaction !== interaction));
  return fresh.length === 0 ? before : [...fresh.map(keptOf), ...before].toSorted(newestFirst).slice(0, most);
};

const offIn = (found: readonly Found[]): readonly CalledOff[] =>
  [...new Set(found.flatMap(({ off }) => off ?? []))].flatMap((off) => JSON.parse(off) as CalledOff[]);

/** The same by matter. The rows tell of everything up to `heard`, at least. */
export const saidInMatters = async (
  db: Client,
  tenant: string,
  matters: readonly string[],
  policy: Policy,
  { heard, memory }: { readonly heard: number; readonly memory: SaidMemory },
): Promise<ReadonlyMap<string, SaidIn>> => {
  const wanted = new Set(matters);
  const remembered = [...memory.values()].filter((one) => one.tenant === tenant && wanted.has(one.matter));
  const before = new Map(remembered.map((one) => [one.conversation, one.rows]));
  const found = await read(db, tenant, [...wanted], remembered);
  const ends = new Map<string, readonly Kept[]>();
  for (const [conversation, theirs] of Map.groupBy(found, (one) => one.conversation)) {
    const key = `${tenant} ${conversation}`;
    const rows = endOf(before.get(conversation) ?? [], theirs);
    ends.set(conversation, rows);
    memory.delete(key);
    if (rows.length >= long) memory.set(key, { tenant, matter: theirs[0]!.matter, conversation, heard, rows });
  }
  forgetOldest(memory, mostRemembered);
  // What somebody said before they were erased asks for nothing.
  const endOfOne = ({ conversation, after }: Found): readonly Kept[] => {
    const rows = ends.get(conversation)!;
    return after === null ? rows : rows.filter(({ said }) => said.position > Number(after));
  };
  const endsOf = (theirs: readonly Found[]) => new Map(theirs.map((one) => [one.conversation, endOfOne(one)]));
  const byMatter = Map.groupBy(found, ({ matter }) => matter);
  return new Map([...byMatter].map(([matter, theirs]) => [matter, saidIn(endsOf(theirs), policy, offIn(theirs))]));
};
