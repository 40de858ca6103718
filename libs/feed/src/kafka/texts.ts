type Bytes = string | Buffer;

/**
 * Headers as texts in UTF-8; of several with one name the last one holds. A plain loop, because there are many records a
 * second with many headers.
 */
export const textsOf = (headers: Readonly<Record<string, Bytes | Bytes[] | undefined>>): Record<string, string> => {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const given = headers[name];
    const one = Array.isArray(given) ? given.at(-1) : given;
    if (one !== undefined) texts[name] = one.toString();
  }
  return texts;
};
