const inner = (bytes: Buffer, shift: number): string => {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(Math.ceil((shift * 8) / 6), -2);
};

/** A text in the encodings in which it could lie in another one: as it is, escaped in JSON, in hex, in base64 at any offset. */
export const encodingsOf = (text: string): string[] => {
  const bytes = Buffer.from(text);
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    bytes.toString('hex'),
    encodeURIComponent(text),
    ...[0, 1, 2].map((shift) => inner(bytes, shift)),
  ];
};

/** Every text of at least six characters in a value, names of fields aside. */
export const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return value.length >= 6 ? [value] : [];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
};
