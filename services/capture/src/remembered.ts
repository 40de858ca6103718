/**
 * A function that remembers what it answered, for the last `limit` to twice as many keys. For what is always the same
 * answer; a throw is not remembered.
 */
export const remembered = <Value>(limit: number, make: (key: string) => Value): ((key: string) => Value) => {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  return (key) => {
    const known = young.get(key);
    if (known !== undefined) return known;
    const value = old.get(key) ?? make(key);
    if (young.size >= limit) [old, young] = [young, new Map()];
    young.set(key, value);
    return value;
  };
};
