/** Holds at most `limit` values, those used last; none is answered longer than `freshFor` milliseconds after it came. */
export type Cache<Value> = {
  get: (key: string) => Value | undefined;
  set: (key: string, value: Value) => void;
  delete: (key: string) => void;
  readonly size: number;
};

type Entry<Value> = { readonly value: Value; readonly until: number };

/**
 * A {@link Cache} of two generations: what is used comes to the young one, and where that has half the limit the old one
 * is forgotten. So a hit costs one look-up, which the reordering of a strict "least recently used" does not.
 * `now` in milliseconds, never going backwards.
 */
export const boundedCache = <Value>(
  limit: number,
  freshFor = Number.POSITIVE_INFINITY,
  now: () => number = () => performance.now(),
): Cache<Value> => {
  const half = Math.max(1, Math.floor(limit / 2));
  let young = new Map<string, Entry<Value>>();
  let old = new Map<string, Entry<Value>>();

  const keep = (key: string, entry: Entry<Value>): void => {
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
    young.set(key, entry);
  };

  const find = (key: string): Entry<Value> | undefined => {
    const entry = young.get(key);
    if (entry) return entry;
    const older = old.get(key);
    if (older && old.delete(key)) keep(key, older);
    return older;
  };

  const forget = (key: string): void => {
    young.delete(key);
    old.delete(key);
  };

  return {
    get: (key) => {
      const entry = find(key);
      if (!entry) return undefined;
      if (entry.until === Number.POSITIVE_INFINITY || entry.until >= now()) return entry.value;
      forget(key);
      return undefined;
    },
    set: (key, value) => {
      old.delete(key);
      keep(key, { value, until: freshFor === Number.POSITIVE_INFINITY ? freshFor : now() + freshFor });
    },
    delete: forget,
    get size() {
      return young.size + old.size;
    },
  };
};
