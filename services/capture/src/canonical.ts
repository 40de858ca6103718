/** JSON in one spelling: equal for equal content, whatever the order of keys. What is undefined is left out. */
export const canonicalText = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return listText(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  return recordText(value as Readonly<Record<string, unknown>>);
};

const listText = (list: readonly unknown[]): string => {
  let text = '[';
  for (const item of list) text += text.length === 1 ? canonicalText(item) : `,${canonicalText(item)}`;
  return `${text}]`;
};

const recordText = (record: Readonly<Record<string, unknown>>): string => {
  let text = '{';
  for (const name of Object.keys(record).toSorted()) {
    if (record[name] === undefined) continue;
    text += `${text.length === 1 ? '' : ','}${JSON.stringify(name)}:${canonicalText(record[name])}`;
  }
  return `${text}}`;
};
