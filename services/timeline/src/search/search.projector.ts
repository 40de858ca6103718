import type { Client } from '@throughline/postgres';
import { keyedId, type KeyStore, prefixHashes, type Vault, wordHashes } from '@throughline/privacy';
import { type Change, type Heard, type Projector, projector, table } from '@throughline/read-model';
import { type Findable, findable, findableText, spellingsIn } from './search.ts';

/** The words of an entry, or of what became of it later, as keyed hashes. */
export const foundWords = table({
  name: 'timeline.found_word',
  columns: {
    tenant: 'text',
    position: 'bigint',
    entry: 'uuid',
    occurred_at: 'timestamptz',
    words: 'tsvector',
    owners: 'uuid[]',
  },
  key: ['tenant', 'position'],
  merge: 'keep',
});

/** The beginnings of the names and handles that a party was ever seen under, as keyed hashes. */
export const foundNames = table({
  name: 'timeline.found_name',
  columns: { tenant: 'text', party: 'uuid', spelling: 'uuid', beginnings: 'tsvector' },
  key: ['tenant', 'party', 'spelling'],
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
  readonly texts: readonly string[];
};

/**
 * What the fold reads: the events opened, by position; how names are spelt in them that nobody was seen under before; and
 * the rows of those whom an event erases.
 */
type Read = {
  readonly events: ReadonlyMap<bigint, Findable>;
  readonly news: readonly Spelt[];
  readonly gone: ReadonlyMap<bigint, readonly Change[]>;
};

const heard = [...findable, 'SubjectErased'] as const;
type HeardHere = Heard<(typeof heard)[number]>;

const nameOf = ({ tenant, party, spelling }: Omit<Spelt, 'texts'>): string => `${tenant} ${party} ${spelling}`;

const speltIn = (events: readonly Findable[], keys: KeyStore): Spelt[] => {
  const all = events.flatMap((event) =>
    spellingsIn(event).map(({ party, texts }): Spelt => {
      const { tenant } = event;
      return { tenant, party, spelling: keyedId(keys.secret(tenant, 'search'), 'spelling', ...texts), texts };
    }),
  );
  return [...new Map(all.map((one) => [nameOf(one), one])).values()];
};

// Most names were seen before: what is known need not be cut into beginnings again.
const unknown = async (spelt: readonly Spelt[], db: Client): Promise<Spelt[]> => {
  const { rows } = await db.query<Omit<Spelt, 'texts'>>(
    `select n.tenant, n.party, n.spelling from unnest($1::text[], $2::uuid[], $3::uuid[]) as asked (tenant, party, spelling)
     join timeline.found_name n on n.tenant = asked.tenant and n.party = asked.party and n.spelling = asked.spelling`,
    [spelt.map((one) => one.tenant), spelt.map((one) => one.party), spelt.map((one) => one.spelling)],
  );
  const known = new Set(rows.map(nameOf));
  return spelt.filter((one) => !known.has(nameOf(one)));
};

const lexemes = (hashes: Iterable<string>): string => [...hashes].join(' ');

const ownersOf = ({ seals }: HeardHere): string[] => [
  ...new Set(seals.flatMap(({ k }) => k.map((key) => key.slice(0, key.indexOf('/'))))),
];

// What was told together with somebody who is erased is found by its words no more, whoever told it.
function* wordRows(event: Findable, owners: string[], keys: KeyStore): Iterable<Change> {
  const { tenant, position, occurredAt: occurred_at } = event;
  if (event.erased) return;
  const words = wordHashes(keys.secret(tenant, 'search'), findableText(event));
  const entry = event.type === 'InteractionAmended' ? event.data.interaction : event.id;
  if (words.length > 0) yield foundWords.put({ tenant, position, entry, occurred_at, words: lexemes(words), owners });
}

const nameRow = ({ tenant, party, spelling, texts }: Spelt, keys: KeyStore): Change => {
  const secret = keys.secret(tenant, 'search');
  const beginnings = new Set(texts.flatMap((text) => prefixHashes(secret, text)));
  return foundNames.put({ tenant, party, spelling, beginnings: lexemes(beginnings) });
};

const rowsOf = async ({ tenant, data: { subjects } }: Heard<'SubjectErased'>, db: Client): Promise<Change[]> => {
  const words = await db.query<{ position: bigint }>(
    'select position from timeline.found_word where tenant = $1 and owners && $2::uuid[]',
    [tenant, subjects],
  );
  const names = await db.query<{ party: string; spelling: string }>(
    'select party, spelling from timeline.found_name where tenant = $1 and party = any($2::uuid[])',
    [tenant, subjects],
  );
  return [
    ...words.rows.map(({ position }) => foundWords.remove({ tenant, position })),
    ...names.rows.map(({ party, spelling }) => foundNames.remove({ tenant, party, spelling })),
  ];
};

const erasuresIn = (events: readonly HeardHere[]) => events.filter((event) => event.type === 'SubjectErased');

/** What of these rows goes with an erased person; the others of a batch are not yet where {@link rowsOf} looks. */
const isOf = ({ data: { subjects }, tenant }: Heard<'SubjectErased'>, { row }: Change): boolean => {
  const { owners, party } = row as { owners?: readonly string[]; party?: string };
  return row['tenant'] === tenant && subjects.some((one) => one === party || owners?.includes(one));
};

/** Search's rows: it opens the seals, cuts texts into words, and keeps nothing but keyed hashes of them. */
export const search = (vault: Vault, keys: KeyStore): Projector<(typeof heard)[number], Read> =>
  projector<(typeof heard)[number], Read>({
    name: 'search',
    version: 1,
    tables: [foundWords, foundNames],
    events: heard,
    prepare: async (batch, db) => {
      const events = await opened(vault, batch.filter(({ type }) => type !== 'SubjectErased')); // prettier-ignore
      const gone = new Map<bigint, readonly Change[]>();
      for (const event of erasuresIn(batch)) gone.set(event.position, await rowsOf(event, db));
      return {
        events: new Map(events.map((event) => [event.position, event])),
        news: await unknown(speltIn(events, keys), db),
        gone,
      };
    },
    *project(batch, { events, news, gone }) {
      const erasures = erasuresIn(batch);
      const told: Change[] = [];
      for (const event of batch) {
        if (event.type === 'SubjectErased') continue;
        told.push(...wordRows(events.get(event.position)!, ownersOf(event), keys));
      }
      for (const one of news) told.push(nameRow(one, keys));
      // No event of an erased person comes after the one that says so.
      yield* told.filter((change) => !erasures.some((erasure) => isOf(erasure, change)));
      for (const rows of gone.values()) yield* rows;
    },
  });
