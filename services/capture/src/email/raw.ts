/** One header field as it stands in the mail: its name in lower case, its value unfolded and trimmed. */
export type Header = { readonly name: string; readonly value: string };

/** Something with the headers of a mail. */
export type Headed = { readonly headers: readonly Header[] };

/** A mail cut in two, and nothing more: what is taken for its identity must not depend on a parser's version. */
export type RawMail = Headed & { readonly body: Uint8Array };

const newline = 0x0a;
const carriageReturn = 0x0d;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

// Headers that are no UTF-8 are read byte by byte, so that mails that differ never look the same.
const decode = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }
};

/** Cuts the raw bytes of a mail at its first empty line. An mbox `From ` line in front is no header. */
export const splitMail = (bytes: Uint8Array): RawMail => {
  const end = endOfHeaders(bytes);
  const lines = decode(bytes.subarray(0, end.headers)).split(/\r?\n/);
  return { headers: headersOf(lines), body: bytes.subarray(end.body) };
};

const endOfHeaders = (bytes: Uint8Array): { headers: number; body: number } => {
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) {
    const next = bytes[at + 1] === carriageReturn ? at + 2 : at + 1;
    if (bytes[next] === newline) return { headers: at, body: next + 1 };
  }
  return { headers: bytes.length, body: bytes.length };
};

const headersOf = (lines: readonly string[]): Header[] => {
  const folded: string[][] = [];
  for (const line of lines)
    if (/^[ \t]/.test(line)) folded.at(-1)?.push(line.trim());
    else folded.push([line]);
  return folded.flatMap((parts) => {
    const line = parts.join(' ');
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trimEnd();
    return /^[!-9;-~]+$/.test(name) ? [{ name: name.toLowerCase(), value: line.slice(colon + 1).trim() }] : [];
  });
};

/** All values of a header, in the order of the mail. */
export const valuesOf = ({ headers }: Headed, name: string): string[] =>
  headers.filter((header) => header.name === name).map(({ value }) => value);
