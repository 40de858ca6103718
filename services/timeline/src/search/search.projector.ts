import type { Recorded } from '@throughline/contracts';
import { keyedId, type KeyStore, prefixHashes, type Vault, wordHashes } from '@throughline/privacy';
import { type Change, type Heard, type Projector, projector, table } from '@throughline/read-model';
import { findableText, spellingsIn } from './search.ts';

/** The words of an entry, or of what became of it later, as keyed hashes. */
export const foundWords = table({
  name: 'timeline.found_word',
  columns: { tenant: 'text', position: 'bigint', entry: 'uuid', occurred_at: 'timestamptz', words: 'tsvector' },
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
const opened = async (vault: Vault, events: readonly Heard[]): Promise<readonly Recorded[]> => {
  const byTenant = Map.groupBy(events, ({ tenant }) => tenant);
  const all = await Promise.all(
    Array.from(byTenant, ([tenant, theirs]) =>
      vault.open(
        tenant,
        theirs.map(({ stored }) => stored),
      ),
    ),
  );
  return all.flat().toSorted((a, b) => (a.position < b.position ? -1 : 1));
};

const lexemes = (hashes: readonly string[]): string => hashes.join(' ');

function* rowsOf(event: Recorded, keys: KeyStore): Iterable<Change> {
  const { tenant, position, occurredAt: occurred_at } = event;
  const secret = keys.secret(tenant, 'search');
  const words = wordHashes(secret, findableText(event));
  const entry = event.type === 'InteractionAmended' ? event.data.interaction : event.id;
  if (words.length > 0) yield foundWords.put({ tenant, position, entry, occurred_at, words: lexemes(words) });
  for (const { party, texts } of spellingsIn(event)) {
    const beginnings = new Set(texts.flatMap((text) => prefixHashes(secret, text)));
    const spelling = keyedId(secret, 'spelling', ...texts);
    if (beginnings.size > 0) yield foundNames.put({ tenant, party, spelling, beginnings: lexemes([...beginnings]) });
  }
}

const heard = [
  'InteractionCaptured', 'InteractionAmended', 'HandlesLinked', 'NoteWritten', 'TaskScheduled', 'TaskCompleted',
  'OwnerAssigned',
] as const; // prettier-ignore

/** Search's rows: it opens the seals, cuts texts into words, and keeps nothing but keyed hashes of them. */
export const search = (vault: Vault, keys: KeyStore): Projector<(typeof heard)[number], readonly Recorded[]> =>
  projector({
    name: 'search',
    version: 1,
    tables: [foundWords, foundNames],
    events: heard,
    prepare: (events) => opened(vault, events as readonly Heard[]),
    *project(_, events) {
      for (const event of events) yield* rowsOf(event, keys);
    },
  });
