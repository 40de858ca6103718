/** At most `limit` values, the least recently used go first, none is answered longer than `freshFor` milliseconds after it came. */
export type Cache<Value> = {
  get: (key: string) => Value | undefined;
  set: (key: string, value: Value) => void;
  delete: (key: string) => void;
  readonly size: number;
};

/** A {@link Cache}; `now` in milliseconds, never going backwards. */
export const boundedCache = <Value>(
  limit: number,
  freshFor = Number.POSITIVE_INFINITY,
  now: () => number = () => performance.now(),
): Cache<Value> => {
  const entries = new Map<string, { value: Value; until: number }>();
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.until < now()) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value) => {
      entries.delete(key);
      if (entries.size >= limit) entries.delete(entries.keys().next().value!);
      entries.set(key, { value, until: now() + freshFor });
    },
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size;
    },
  };
};
