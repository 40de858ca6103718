import { type Ask, bodyOf } from './ask.ts';
import type { Erased, Person, Word } from './person.ts';

/** Who looks, at what came of which words. */
export type Seen = {
  readonly ask: Ask;
  /** By position; what is asked is answered as of the last one at least. */
  readonly words: readonly Word[];
  readonly erased: ReadonlyMap<Person, Erased>;
};

/** An event as it is told, opened; `line` is all of it. */
export type Told = { readonly id: string; readonly position: number; readonly text?: string; readonly line: string };
/** A line of a timeline. */
export type Line = { readonly position: number; readonly type: string; readonly text?: string };
type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null };

/** Every event there is. */
export const eventsTold = async ({ ask }: Pick<Seen, 'ask'>): Promise<Told[]> => {
  const { status, text } = await ask('/v1/events');
  if (status !== 200) throw new Error(`/v1/events: ${status} ${text}`);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const { id, position, data } = JSON.parse(line) as Omit<Told, 'line'> & { data: { text?: string } };
      return { id, position, line, ...(data.text !== undefined && { text: data.text }) };
    });
};

/** The ids of the customers whom a query finds. */
export const customersAt = async (seen: Seen, query: Record<string, string>): Promise<string[]> =>
  (await allOf<{ id: string }>(seen, '/v1/customers', query)).map(({ id }) => id);

/** A whole timeline. */
export const linesOf = (seen: Seen, customer: string): Promise<Line[]> =>
  allOf<Line>(seen, `/v1/customers/${customer}/timeline`, {});

/** What a search finds. */
export const hitsOf = async (seen: Seen, q: string): Promise<Line[]> =>
  (await allOf<{ entry: Line }>(seen, '/v1/search', { q })).map(({ entry }) => entry);

const allOf = async <Item>({ ask, words }: Seen, path: string, query: Record<string, string>): Promise<Item[]> => {
  const minPosition = String(words.at(-1)!.position);
  const all: Item[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const asked = new URLSearchParams({ ...query, limit: '200', minPosition, ...(cursor !== undefined && { cursor }) });
    const page = bodyOf(await ask(`${path}?${asked.toString()}`), 200) as Page<Item>;
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
};
