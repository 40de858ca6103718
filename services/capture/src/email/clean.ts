/**
 * Text of a mail as it can be stored: lines end in U+000A, a lone surrogate becomes U+FFFD, and U+0000, which
 * PostgreSQL cannot hold, becomes the visible U+2400 `␀`. The raw bytes are kept as they came.
 */
export const cleanText = (text: string): string =>
  text.toWellFormed().replace(/\r\n?/g, '\n').replaceAll('\0', '\u2400');

/** The same for one line: folds, tabs and other controls become spaces. */
export const cleanLine = (text: string): string =>
  cleanText(text)
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();

/** At most `max` UTF-16 units of a text, never half a character. */
export const cutTo = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const end = /[\ud800-\udbff]/.test(text[max - 1]!) ? max - 1 : max;
  return text.slice(0, end);
};

/** At most `max` bytes of UTF-8 of a text, never half a character. */
export const cutToBytes = (text: string, max: number): string => {
  const bytes = Buffer.from(text);
  if (bytes.length <= max) return text;
  let end = max;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
};
