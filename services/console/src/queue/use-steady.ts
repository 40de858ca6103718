import { useState } from 'react';
import { isUntidy, type Row, steady } from './steady.ts';

type Held<Item> = { readonly items: readonly Item[]; readonly rows: readonly Row<Item>[] };

/** The rows of a list that stay where they are while news come; `items` must be the same array as long as nothing is new. */
export const useSteady = <Item extends { readonly id: string }>(items: readonly Item[]) => {
  const [held, hold] = useState<Held<Item>>({ items: [], rows: [] });
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  let { rows } = held;
  if (held.items !== items) {
    rows = steady(held.rows, items, done);
    hold({ items, rows });
  }
  return {
    rows,
    isUntidy: isUntidy(rows, items),
    tidy: () => hold({ items, rows: steady<Item>([], items) }),
    /** The reader took it away: it need not stay. */
    took: (id: string) => setDone((before) => new Set([...before, id])),
  };
};
