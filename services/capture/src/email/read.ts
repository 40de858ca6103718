import { createHash } from 'node:crypto';
import PostalMime, { type Address, type Attachment, decodeWords, type Email } from 'postal-mime';
import { cleanLine, cleanText, cutTo, cutToBytes } from './clean.ts';
import { contentHash } from './content.ts';
import { htmlToText } from './html.ts';
import { type Header, splitMail, valuesOf } from './raw.ts';

/** A name and an address as a header has them, neither checked yet. */
export type Mailbox = { readonly name: string; readonly address: string };

/** An attachment's metadata; it is never unpacked. */
export type MailAttachment = {
  readonly name?: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
};

/** What a mail says, decoded, in plain data. */
export type ReadMail = {
  readonly headers: readonly Header[];
  /** SHA-256 of what makes it this mail ({@link contentHash}). */
  readonly content: string;
  readonly from?: Mailbox;
  readonly sender?: Mailbox;
  readonly replyTo: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly subject: string;
  /** The plain body, or what the HTML one says where there is no plain one; over 1 MiB it is cut and stands whole among the attachments. */
  readonly text: string;
  readonly attachments: readonly MailAttachment[];
};

/** A mail of which no interaction can be made. `reason` names no person: it is stored in clear text. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** The reason where no better one is known. */
export const cannotBeRead = 'cannot be parsed as a mail';

const limits = { maxNestingDepth: 256, maxHeadersSize: 2 * 1_048_576, maxRfc822NestingDepth: 3 };
const mostLines = 500_000;
const mostParts = 10_000;
const mostText = 1_048_576;

/** Reads a mail. Time and memory are bounded, whatever the bytes. Throws {@link Unreadable}. */
export const readMail = async (bytes: Uint8Array): Promise<ReadMail> => {
  const mail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The parser takes about a kilobyte for every line and part, however short.
  if (count(mail, '\n', mostLines) > mostLines) throw new Unreadable('has more than 500 000 lines');
  if (count(mail, '\n--', mostParts) > mostParts && countBoundaries(mail) > mostParts)
    throw new Unreadable('has more than 10 000 parts');
  const email = await parse(mail);
  const raw = splitMail(mail);
  const text = cleanText(wordsOf(email, raw.body));
  const shown = cutToBytes(text, mostText);
  return {
    headers: raw.headers,
    content: contentHash(raw),
    from: mailboxes(email.from)[0],
    sender: mailboxes(email.sender)[0],
    replyTo: (email.replyTo ?? []).flatMap(mailboxes),
    to: (email.to ?? []).flatMap(mailboxes),
    cc: (email.cc ?? []).flatMap(mailboxes),
    bcc: (email.bcc ?? []).flatMap(mailboxes),
    subject: cleanLine(email.subject ?? ''),
    text: shown,
    attachments: [
      ...email.attachments.map(metadataOf),
      ...(shown === text ? [] : [metadataOf({ filename: null, mimeType: 'text/plain', content: text })]),
    ],
  };
};

const lookedAt = 65_536;
const longest = 256;

/** Who a mail says that it is from and its subject, as they stand there: also where no interaction can be made of it. */
export const headOf = (bytes: Uint8Array): { readonly from?: string; readonly subject?: string } => {
  const head = splitMail(bytes.subarray(0, lookedAt));
  const valueOf = (name: string) => cutTo(cleanLine(decodeWords(valuesOf(head, name)[0] ?? '')), longest) || undefined;
  return { from: valueOf('from'), subject: valueOf('subject') };
};

const wordsOf = ({ text = '', html, attachments }: Email, body: Uint8Array): string => {
  if (text.trim() !== '') return text;
  if (html !== undefined) return htmlToText(html);
  // Its boundaries match nothing: better its body as it stands than an empty mail.
  return attachments.length === 0 ? new TextDecoder().decode(body) : text;
};

const parse = async (mail: Uint8Array): Promise<Email> => {
  try {
    return await PostalMime.parse(mail, limits);
  } catch (error) {
    const { message } = error as Error;
    if (message.includes('nesting depth')) throw new Unreadable('is nested more than 256 parts deep');
    if (message.includes('header size')) throw new Unreadable('has over 2 MiB of headers');
    throw new Unreadable(cannotBeRead);
  }
};

// Stops counting above `most`.
const count = (mail: Buffer, what: string, most: number): number => {
  let found = 0;
  for (let at = mail.indexOf(what); at >= 0 && found <= most; at = mail.indexOf(what, at + what.length)) found += 1;
  return found;
};

// Lines that begin with two dashes are common; those with a boundary's name are parts.
const countBoundaries = (mail: Buffer): number => {
  const text = mail.toString('latin1');
  const declared = text.matchAll(/boundary\s{0,10}=\s{0,10}(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/gi);
  const boundaries = new Set([...declared].map(([, quoted, bare]) => quoted ?? bare!));
  let found = 0;
  for (const [, line] of text.matchAll(/\n--([^\r\n]{1,210})/g)) {
    const name = line!.trimEnd();
    if (boundaries.has(name) || (name.endsWith('--') && boundaries.has(name.slice(0, -2)))) found += 1;
  }
  return found;
};

const mailboxes = (address: Address | undefined): Mailbox[] =>
  (address === undefined ? [] : (address.group ?? [address])).map(({ name, address: at }) => ({
    name: cleanLine(name),
    address: cleanLine(at ?? ''),
  }));

const metadataOf = ({
  filename,
  mimeType,
  content,
}: Pick<Attachment, 'filename' | 'mimeType' | 'content'>): MailAttachment => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
  const name = cleanLine(filename ?? '');
  return {
    ...(name !== '' && { name }),
    mediaType: cleanLine(mimeType),
    size: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
};
