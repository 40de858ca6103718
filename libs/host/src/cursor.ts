import { createHash } from 'node:crypto';
import { Rejection } from '@throughline/decider';
import { z } from 'zod';
import { check } from './valid.ts';

/** One page of a list: `nextCursor` asks for the next, null at the end. */
export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null };

/** The query parameters of every list, to be spread into a query's schema. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many items at most.'),
  cursor: z.string().max(2_048).optional().describe('The nextCursor of the page before.'),
};

/** What a page belongs to beside its list: tenant, customer, filters. A cursor goes on only under the same. */
export type Scope = readonly unknown[];

const version = 1;

const text = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));

const digest = (list: string, scope: Scope): string =>
  createHash('sha256')
    .update(text([list, scope]))
    .digest('base64url')
    .slice(0, 11);

const refused = (reason: string): Rejection =>
  new Rejection('InvalidQuery', `The cursor ${reason}.`, [{ pointer: '/cursor', reason }]);

const parsed = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
  } catch {
    throw refused('is not one that was given out here');
  }
};

/** A list that is read page by page, after the key of the last item seen (keyset paging). */
export type List<Key> = {
  /** The key after which the page begins; undefined for the first page. Throws `Rejection('InvalidQuery')` at `/cursor`. */
  after: (cursor: string | undefined, scope?: Scope) => Key | undefined;
  /** A page made of up to `limit + 1` items: one more than asked for shows that there is a next page. */
  page: <Item>(items: readonly Item[], limit: number, keyOf: (item: Item) => Key, scope?: Scope) => Page<Item>;
};

/**
 * A list by its name and the schema of its keys (what its order is by, the last part unique; a bigint as
 * `z.coerce.bigint()`). Its cursors are opaque, and refused under another list, scope or version.
 */
export const list = <Key>(name: string, key: z.ZodType<Key>): List<Key> => ({
  after: (cursor, scope = []) => {
    if (cursor === undefined) return undefined;
    const entry = z.tuple([z.literal(version), z.string(), z.unknown()]).safeParse(parsed(cursor));
    if (!entry.success) throw refused('is not one that was given out here');
    const [, of, last] = entry.data;
    if (of !== digest(name, scope)) throw refused('belongs to another list or to other filters');
    const checked = check(key, last);
    if ('faults' in checked) throw refused('is not one that was given out here');
    return checked.value;
  },
  page: (items, limit, keyOf, scope = []) => {
    const shown = items.slice(0, limit);
    const last = shown.at(-1);
    if (items.length <= limit || last === undefined) return { items: shown, nextCursor: null };
    const entry = text([version, digest(name, scope), keyOf(last)]);
    return { items: shown, nextCursor: Buffer.from(entry).toString('base64url') };
  },
});

/** The schema of a page of such items, for a handler's documented answer. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
