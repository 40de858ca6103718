import { prefixQuery, wordHashes } from '@throughline/privacy';
import type { Place } from '../entry/line.query.ts';
import type { Sources } from '../reading.ts';

/** Where words were found: the event whose entry shows them, and its place in the order of answers. */
export type Found = { readonly entry: string; readonly place: Place };

const allOf = (hashes: readonly string[]): string => hashes.join(' & ');

/**
 * The entries that have all words of a query, newest first. Row-level security keeps the service role from the index of
 * words, so this looks with the projector's; the words are hashed under the tenant's own key, the tenant is a condition,
 * and what is answered are only ids, which the caller reads as the tenant.
 */
export const findWords = async (
  { projectorDb, keys }: Pick<Sources, 'projectorDb' | 'keys'>,
  tenant: string,
  query: string,
  { after, limit }: { after?: Place; limit: number },
): Promise<Found[]> => {
  const words = wordHashes(keys.secret(tenant, 'search'), query);
  if (words.length === 0) return [];
  const { rows } = await projectorDb.query<{ entry: string; occurred_at: string; position: bigint }>(
    `select entry, occurred_at, position from timeline.found_word
     where tenant = $1 and words @@ $2::tsquery and (occurred_at, position) < ($3::timestamptz, $4::bigint)
     order by occurred_at desc, position desc limit $5`,
    [tenant, allOf(words), after?.at ?? 'infinity', after?.position ?? 0n, limit],
  );
  return rows.map((row) => ({ entry: row.entry, place: { at: row.occurred_at, position: row.position } }));
};

/** More than anybody looks through: who typed a letter too few types another one. */
const mostParties = 5_000;

/**
 * The parties and accounts whose names or handles begin with the words of a query, at most 5 000, in no order; undefined
 * where the query is too short to tell. Looks as {@link findWords} does.
 */
export const findParties = async (
  { projectorDb, keys }: Pick<Sources, 'projectorDb' | 'keys'>,
  tenant: string,
  query: string,
): Promise<string[] | undefined> => {
  const beginnings = prefixQuery(keys.secret(tenant, 'search'), query);
  if (beginnings.length === 0) return undefined;
  const { rows } = await projectorDb.query<{ party: string }>(
    `select distinct party from timeline.found_name where tenant = $1 and beginnings @@ $2::tsquery limit $3`,
    [tenant, allOf(beginnings), mostParties],
  );
  return rows.map(({ party }) => party);
};
