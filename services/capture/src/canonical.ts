/** JSON in one spelling: equal for equal content, whatever the order of keys. What is undefined is left out. */
export const canonicalText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const record = value as Readonly<Record<string, unknown>>;
  const fields = Object.keys(record)
    .filter((name) => record[name] !== undefined)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(record[name])}`);
  return `{${fields.join()}}`;
};
