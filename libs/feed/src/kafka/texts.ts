type Bytes = Buffer | string | null | undefined;

/**
 * Headers as texts in UTF-8; of several with one name the last one holds. A plain loop, because there are many records a
 * second with many headers. Whoever writes to a topic may send one without a value: it is as if not sent.
 */
export const textsOf = (headers: Readonly<Record<string, Bytes | Bytes[]>>): Record<string, string> => {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const given = headers[name];
    const one = Array.isArray(given) ? given.at(-1) : given;
    if (one !== undefined && one !== null) texts[name] = one.toString();
  }
  return texts;
};
