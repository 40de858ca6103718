/** A row of a list that is being read: what it shows, and whether it is still part of the list. */
export type Row<Item> = { readonly item: Item; readonly gone: boolean };

type Identified = { readonly id: string };

/**
 * A list that is being read, after news: every row stays in its place, what is new comes last, and what is no longer
 * there stays as gone, unless it is `done`, which the reader took away themselves.
 */
export const steady = <Item extends Identified>(
  before: readonly Row<Item>[],
  now: readonly Item[],
  done: ReadonlySet<string> = new Set(),
): readonly Row<Item>[] => {
  const fresh = new Map(now.map((item) => [item.id, item]));
  const kept = before
    .filter(({ item: { id } }) => fresh.has(id) || !done.has(id))
    .map(({ item }) => ({ item: fresh.get(item.id) ?? item, gone: !fresh.has(item.id) }));
  const known = new Set(before.map(({ item }) => item.id));
  return [...kept, ...now.filter(({ id }) => !known.has(id)).map((item) => ({ item, gone: false }))];
};

/** Whether the rows are another list than they would be if they were put in order now. */
export const isUntidy = <Item extends Identified>(rows: readonly Row<Item>[], now: readonly Item[]): boolean =>
  rows.length !== now.length || rows.some(({ item, gone }, nth) => gone || item.id !== now[nth]!.id);
