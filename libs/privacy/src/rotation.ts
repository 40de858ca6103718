import { decrypt, encrypt } from './box.ts';
import { placeOf, secretPlace } from './key-rows.ts';
import { emptyLog, transaction } from './schema.ts';
import { type KeyStorePlace, openStoreFile, type StoreFile } from './store-file.ts';

/** A key-encryption key, and how much lies under it. */
export type KekStatus = {
  readonly id: string;
  readonly madeAt: string;
  /** What is new is wrapped with it. */
  readonly current: boolean;
  /** Keys and secrets that lie under it. */
  readonly keys: number;
};

/** Rotates the key-encryption keys of a store, whether or not processes work with it. */
export type Rotation = {
  readonly status: () => KekStatus[];
  /**
   * Wraps everything with another key, in small transactions; answers how many it wrapped. `goOn` takes the current key
   * instead of another one: after a rotation that was cut off. What processes make meanwhile lies under the new key.
   */
  readonly rotate: (goOn: boolean, onProgress?: (wrapped: number) => void) => number;
  /** Forgets the keys under which nothing lies; answers their ids. What opens older backups of the store is gone with them. */
  readonly forget: () => string[];
  readonly close: () => void;
};

const atOnce = 1_000;

// Who waits for the lock looks now and then, and is not told: without a gap it might never find it free.
const letOthersIn = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);

type Lying = { readonly tenant: string; readonly name: string; readonly material: Uint8Array; readonly kek: number };

const tables = [
  { table: 'key', name: 'id', placeOf },
  { table: 'secret', name: 'purpose', placeOf: secretPlace },
] as const;

// One batch of one table after a place, so that nothing is looked at twice: wrapped anew, durable when it returns. With
// whatever key is the current one by then: where another process rotates as well, an older one may be forgotten already.
const wrapSome = ({ db, keks }: StoreFile, of: (typeof tables)[number], after: readonly string[]) =>
  transaction(db, () => {
    const to = keks.current();
    const { table, name, placeOf } = of;
    const rows = db
      .prepare(
        `select tenant, ${name} as name, material, kek from ${table}
         where (tenant, ${name}) > (?, ?) and kek < ? and material is not null order by tenant, ${name} limit ${atOnce}`,
      )
      .all(...after, to.nth) as Lying[];
    const update = db.prepare(`update ${table} set material = ?, kek = ? where tenant = ? and ${name} = ?`);
    for (const { tenant, name, material, kek } of rows) {
      const place = placeOf(tenant, name);
      update.run(encrypt(to.key, place, decrypt(keks.of(kek), place, material)), to.nth, tenant, name);
    }
    return rows;
  });

const wrapAll = (store: StoreFile, onProgress: (wrapped: number) => void): number => {
  let wrapped = 0;
  for (const of of tables)
    for (let after = ['', '']; ;) {
      const last = wrapSome(store, of, after);
      onProgress((wrapped += last.length));
      if (last.length < atOnce) break;
      after = [last.at(-1)!.tenant, last.at(-1)!.name];
      letOthersIn();
    }
  // What wrapped them before stands in the log as it was.
  emptyLog(store.db);
  return wrapped;
};

const lyingUnder = ({ db }: StoreFile, nth: number): number =>
  tables.reduce((sum, { table }) => {
    const { count } = db.prepare(`select count(*) as count from ${table} where kek = ? and material is not null`).get(nth) as { count: number }; // prettier-ignore
    return sum + count;
  }, 0);

/** Opens a store that is there. Throws `KeyStoreUnusable`. */
export const openRotation = (place: KeyStorePlace): Rotation => rotationOf(openStoreFile(place, false));

/** Of an opened store. */
export const rotationOf = (store: StoreFile): Rotation => {
  const { db, keks } = store;
  const status = (): KekStatus[] => {
    const all = keks.rows();
    return all.map(({ nth, id, made_at: madeAt }) => {
      return { id, madeAt, current: nth === all.at(-1)!.nth, keys: lyingUnder(store, nth) };
    });
  };
  return {
    status,
    rotate: (goOn, onProgress = () => {}) => {
      if (!goOn) transaction(db, () => keks.add(new Date()));
      return wrapAll(store, onProgress);
    },
    forget: () => {
      const idle = transaction(db, () => {
        const old = keks.rows().slice(0, -1).filter(({ nth }) => lyingUnder(store, nth) === 0); // prettier-ignore
        for (const { nth } of old) keks.forget(nth, new Date());
        return old.map(({ id }) => id);
      });
      emptyLog(db);
      transaction(db, keks.tidy);
      return idle;
    },
    close: () => db.close(),
  };
};
