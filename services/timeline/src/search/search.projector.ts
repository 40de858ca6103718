import type { Client } from '@throughline/postgres';
import { keyedId, type KeyStore, prefixHashes, type Vault, wordHashes } from '@throughline/privacy';
import { type Change, type Heard, type Projector, projector, table } from '@throughline/read-model';
import { type End, isEnd, isOf, rowsOf } from './end.ts';
import { type Findable, findable, findableText, spellingsIn } from './search.ts';

/** The words of an entry, or of what became of it later, as keyed hashes; of whose seals they are, and of which quarter. */
export const foundWords = table({
  name: 'timeline.found_word',
  columns: {
    tenant: 'text',
    position: 'bigint',
    entry: 'uuid',
    occurred_at: 'timestamptz',
    words: 'tsvector',
    owners: 'uuid[]',
    quarter: 'text',
  },
  key: ['tenant', 'position'],
  merge: 'keep',
});

/** The beginnings of the names and handles that a party was ever seen under, as keyed hashes, by the quarter in which that was sealed. */
export const foundNames = table({
  name: 'timeline.found_name',
  columns: { tenant: 'text', party: 'uuid', spelling: 'uuid', quarter: 'text', beginnings: 'tsvector' },
  key: ['tenant', 'party', 'spelling', 'quarter'],
  merge: 'keep',
});

// Opening is all that the projection needs from outside; the order is that of the events.
const opened = async (vault: Vault, events: readonly Heard[]): Promise<readonly Findable[]> => {
  const byTenant = Map.groupBy(events, ({ tenant }) => tenant);
  const all = await Promise.all(
    Array.from(byTenant, ([tenant, theirs]) =>
      vault.open(
        tenant,
        theirs.map(({ stored }) => stored),
      ),
    ),
  );
  return (all.flat() as Findable[]).toSorted((a, b) => (a.position < b.position ? -1 : 1));
};

type Spelt = {
  readonly tenant: string;
  readonly party: string;
  readonly spelling: string;
  readonly quarter: string;
  readonly texts: readonly string[];
};

/**
 * What the fold reads: the events opened, by position; how names are spelt in them that nobody was seen under before; and
 * the rows that go with those who are erased, and with quarters that expired.
 */
type Read = {
  readonly events: ReadonlyMap<bigint, Findable>;
  readonly news: readonly Spelt[];
  readonly gone: readonly Change[];
};

const heard = [...findable, 'SubjectErased', 'ContentExpired'] as const;
type HeardHere = Heard<(typeof heard)[number]>;

const nameOf = ({ tenant, party, spelling, quarter }: Omit<Spelt, 'texts'>): string =>
  `${tenant} ${party} ${spelling} ${quarter}`;

const speltIn = (events: readonly Findable[], quarterOf: (event: Findable) => string, keys: KeyStore): Spelt[] => {
  const all = events.flatMap((event) =>
    spellingsIn(event).map(({ party, texts }): Spelt => {
      const { tenant } = event;
      return {
        tenant,
        party,
        spelling: keyedId(keys.secret(tenant, 'search'), 'spelling', ...texts),
        quarter: quarterOf(event),
        texts,
      };
    }),
  );
  return [...new Map(all.map((one) => [nameOf(one), one])).values()];
};

// Most names were seen before: what is known need not be cut into beginnings again.
const unknown = async (spelt: readonly Spelt[], db: Client): Promise<Spelt[]> => {
  const { rows } = await db.query<Omit<Spelt, 'texts'>>(
    `select n.tenant, n.party, n.spelling, n.quarter
     from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[]) as asked (tenant, party, spelling, quarter)
     join timeline.found_name n on n.tenant = asked.tenant and n.party = asked.party and n.spelling = asked.spelling
       and n.quarter = asked.quarter`,
    (['tenant', 'party', 'spelling', 'quarter'] as const).map((column) => spelt.map((one) => one[column])),
  );
  const known = new Set(rows.map(nameOf));
  return spelt.filter((one) => !known.has(nameOf(one)));
};

const lexemes = (hashes: Iterable<string>): string => [...hashes].join(' ');

const ownersOf = ({ seals }: HeardHere): string[] => [
  ...new Set(seals.flatMap(({ k }) => k.map((key) => key.slice(0, key.indexOf('/'))))),
];

// The seals of an event are all of one moment; without any, nothing of it ever ends.
const quarterIn = ({ seals }: HeardHere): string => {
  const key = seals[0]?.k[0] ?? '';
  return key.slice(key.indexOf('/') + 1);
};

// What was told together with somebody who is erased, or with what expired, is found by its words no more, whoever told it.
function* wordRows(event: Findable, of: HeardHere, keys: KeyStore): Iterable<Change> {
  const { tenant, position, occurredAt: occurred_at } = event;
  if (event.erased || event.expired) return;
  const ends = { owners: ownersOf(of), quarter: quarterIn(of) };
  const words = wordHashes(keys.secret(tenant, 'search'), findableText(event));
  const entry = event.type === 'InteractionAmended' ? event.data.interaction : event.id;
  if (words.length > 0) yield foundWords.put({ tenant, position, entry, occurred_at, words: lexemes(words), ...ends });
}

const nameRow = ({ tenant, party, spelling, quarter, texts }: Spelt, keys: KeyStore): Change => {
  const secret = keys.secret(tenant, 'search');
  const beginnings = new Set(texts.flatMap((text) => prefixHashes(secret, text)));
  return foundNames.put({ tenant, party, spelling, quarter, beginnings: lexemes(beginnings) });
};

const removed = async (end: End, db: Client): Promise<Change[]> => {
  const { tenant } = end;
  const { words, names } = await rowsOf(end, db);
  return [
    ...words.map(({ position }) => foundWords.remove({ tenant, position })),
    ...names.map((name) => foundNames.remove({ tenant, ...name })),
  ];
};

/** Search's rows: it opens the seals, cuts texts into words, and keeps nothing but keyed hashes of them. */
export const search = (vault: Vault, keys: KeyStore): Projector<(typeof heard)[number], Read> =>
  projector<(typeof heard)[number], Read>({
    name: 'search',
    version: 1,
    tables: [foundWords, foundNames],
    events: heard,
    prepare: async (batch, db) => {
      const told = batch.filter((event) => !isEnd(event));
      const events = await opened(vault, told);
      const quarters = new Map(told.map((event) => [event.position, quarterIn(event)]));
      const spelt = speltIn(events, ({ position }) => quarters.get(position)!, keys);
      const gone: Change[] = [];
      for (const end of batch.filter(isEnd)) gone.push(...(await removed(end, db)));
      return {
        events: new Map(events.map((event) => [event.position, event])),
        news: await unknown(spelt, db),
        gone,
      };
    },
    *project(batch, { events, news, gone }) {
      const ends = batch.filter(isEnd);
      const told: Change[] = [];
      for (const event of batch) if (!isEnd(event)) told.push(...wordRows(events.get(event.position)!, event, keys));
      for (const one of news) told.push(nameRow(one, keys));
      // What an event ends is sealed by none that comes after it.
      yield* told.filter((change) => !ends.some((end) => isOf(end, change)));
      yield* gone;
    },
  });
