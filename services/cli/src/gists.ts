import type { Client } from './client.ts';
import { nameOf } from './output.ts';

/** Whose something is and how it began, as `/v1/gists` answers it. */
export type Gist = {
  readonly of: string;
  readonly customer?: string;
  readonly name?: string;
  readonly handle?: string;
  readonly words?: string;
  readonly erased?: true;
  readonly sealed?: true;
};

/** What lists know of that by ids alone; `subject` is the handle where `customer` is the customer by now. */
type Known = { readonly customer: string; readonly subject?: string; readonly conversation?: string };

/** Something with its gist. */
export type Told<Item> = Item & { readonly gist: Gist };

// As many as are asked about at once.
const most = 100;

const ofWhat = ({ customer, subject, conversation }: Known): string =>
  [subject ?? customer, conversation].filter(Boolean).join('.');

/** These with the gist of each, asked for by the hundred. */
export const withGists = async <Item extends Known>(
  client: Client,
  items: readonly Item[],
): Promise<readonly Told<Item>[]> => {
  const gists = new Map<string, Gist>();
  const wanted = [...new Set(items.map(ofWhat))];
  for (let at = 0; at < wanted.length; at += most) {
    const query = { of: wanted.slice(at, at + most).join(',') };
    const found = await client.ask<{ items: Gist[] }>('/v1/gists', { query });
    for (const gist of found.items) gists.set(gist.of, gist);
  }
  return items.map((item) => ({ ...item, gist: gists.get(ofWhat(item))! }));
};

const whoseIs = ({ name, handle, erased, sealed }: Gist): string => {
  if (erased) return '(erased)';
  return sealed ? '(sealed)' : nameOf({ name, handle: handle ?? '(not known)' });
};

/** Whose it is and what it is about, in one line; `words` in the place of those that it began with. */
export const gistInWords = (gist: Gist, words = gist.words): string =>
  [whoseIs(gist), words].filter(Boolean).join(': ');
