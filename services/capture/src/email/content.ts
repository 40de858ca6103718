import { createHash, type Hash } from 'node:crypto';
import { type RawMail, valuesOf } from './raw.ts';

const identifying = ['from', 'to', 'cc', 'subject', 'date', 'in-reply-to', 'references'] as const;

/**
 * SHA-256 (hexadecimal) of what makes a mail this mail: the headers that its writer made, unfolded, and the body as it
 * was sent, its lines ending in U+000A, without empty ones at its end. Nothing that transport adds or changes, and nothing
 * that a parser made of it; the same on every installation.
 */
export const contentHash = (mail: RawMail): string => {
  const hash = createHash('sha256');
  for (const name of identifying) hash.update(`${name}:${valuesOf(mail, name).join(',').replace(/\s+/g, ' ')}\n`);
  hash.update('\n');
  hashLines(mail.body, hash);
  return hash.digest('hex');
};

const hashLines = (body: Uint8Array, hash: Hash): void => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, endOf(body));
  let from = 0;
  for (let at = bytes.indexOf('\r\n'); at >= 0; at = bytes.indexOf('\r\n', at + 2)) {
    hash.update(bytes.subarray(from, at));
    from = at + 1;
  }
  hash.update(bytes.subarray(from));
};

// Mailbox formats and relays add and drop empty lines at the end.
const endOf = (body: Uint8Array): number => {
  let end = body.length;
  while (end > 0 && body[end - 1]! <= 0x20) end -= 1;
  return end;
};
