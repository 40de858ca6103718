import type { KeyObject } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type KekHolder, kekId } from './kek.ts';
import { KeyStoreUnusable } from './key-store.ts';

/** A key-encryption key as a store knows it: the row's number stands beside everything that lies under it. */
export type Wrapping = { readonly nth: number; readonly key: KeyObject };

/** The key-encryption keys of one store; the newest wraps what is new. All but `close` throw {@link KeyStoreUnusable}. */
export type Keks = ReturnType<typeof storeKeks>;

type Row = { readonly nth: number; readonly id: string; readonly noted: string | null; readonly made_at: string };

/** Within a store's tables. Asks the holder once for each key, and again only for one that another process rotated to. */
export const storeKeks = (db: DatabaseSync, holder: KekHolder) => {
  const all = db.prepare('select nth, id, noted, made_at from kek where forgotten_at is null order by nth');
  const newest = db.prepare('select max(nth) as nth from kek');
  const one = db.prepare('select nth, id, noted, made_at from kek where nth = ?');
  const insert = db.prepare('insert into kek (nth, id, noted, made_at) values (?, ?, ?, ?)');
  const forget = db.prepare('update kek set noted = null, forgotten_at = ? where nth = ?');
  const forgotten = db.prepare('select id from kek where forgotten_at is not null');
  const held = new Map<number, KeyObject>();

  const rows = (): Row[] => all.all() as Row[];
  const idsForgotten = (): string[] => (forgotten.all() as { id: string }[]).map(({ id }) => id);

  const hold = (nth: number): KeyObject => {
    const row = one.get(nth) as Row | undefined;
    const key = row && holder.find(row.id, row.noted);
    if (!key)
      throw new KeyStoreUnusable(
        `${holder.place} does not hold the key-encryption key ${row?.id ?? nth}, under which keys of ${db.location() ?? 'the store'} lie: bring it back, ` +
          `or set KEYS_KEK to ${row?.noted == null ? 'the file that holds it (kek beside them, where it was never set)' : 'exec: and the program that wrapped it'}`,
      );
    held.set(nth, key);
    return key;
  };

  const of = (nth: number): KeyObject => held.get(nth) ?? hold(nth);

  return {
    rows,
    of,

    /** What is new is wrapped with it; to be asked for within the transaction that writes. */
    current: (): Wrapping => {
      const { nth } = newest.get() as { nth: number };
      return { nth, key: of(nth) };
    },

    /** Another one from now on; within a transaction. */
    add: (at: Date): Wrapping => {
      const known = rows();
      // One that was forgotten is never taken up again, though its holder may hold it still.
      const { key, noted } = holder.next([...known.map(({ id }) => id), ...idsForgotten()]);
      const nth = (known.at(-1)?.nth ?? 0) + 1;
      insert.run(nth, kekId(key), noted, at.toISOString());
      held.set(nth, key);
      return { nth, key };
    },

    forget: (nth: number, at: Date): void => void forget.run(at.toISOString(), nth),

    /**
     * The holder holds those no more that were forgotten, by this process or by one that ended before it came to this. In a
     * transaction after the one that forgot them: what is dropped must be forgotten for good, and nobody may add a key while
     * the rest is written.
     */
    tidy: (): void => holder.drop(idsForgotten()),
  };
};
