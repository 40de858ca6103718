import { createReadStream } from 'node:fs';

// `From`, an address, and a time of day in asctime's form, as RFC 4155 has it. Thunderbird had `-` for the address and has
// nothing at all now; Google Takeout has an id.
const dated = /^From \S+.*\d{1,2}:\d{2}(:\d{2})?.*\d{4}.*$/;
const quoted = /^>+From /;

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
      yield rest.subarray(from, end + 1);
      from = end + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield rest;
}

const isBlank = (line: Buffer): boolean => line.length <= 2 && line.toString('latin1').trim() === '';

/** Lines up to a blank one, that one with them. */
async function* paragraphsOf(path: string): AsyncGenerator<Buffer[]> {
  let lines: Buffer[] = [];
  for await (const line of linesOf(path)) {
    lines.push(line);
    if (!isBlank(line)) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}

const textOf = (line: Buffer): string => (line.length < 1_000 ? line.toString('latin1') : '').trimEnd();

const field = /^([!-9;-~]+)[ \t]*:/;
// No prose has one of these; of the others a mail has its author, and more.
const byMachines = /^(received|return-path|delivered-to|message-id|mime-version|x-mozilla-status|x-gm-thrid)$/;
const byPeople = /^(to|cc|subject|date)$/;

/** Whether a mail's header begins here: fields, and among them such as tell a mail from a list of words with colons. */
const isHeader = (lines: readonly Buffer[], from: number): boolean => {
  const names: string[] = [];
  for (const line of lines.slice(from, from + 200)) {
    const name = field.exec(line.subarray(0, 200).toString('latin1'))?.[1];
    if (name !== undefined) names.push(name.toLowerCase());
    else if (names.length === 0 || !/^[ \t]|^>From /.test(line.toString('latin1'))) break;
  }
  const has = (kind: RegExp): boolean => names.some((name) => kind.test(name));
  return has(byMachines) || (names.includes('from') && has(byPeople));
};

/** Whether a line parts two mails; `isFirst` where the file begins with it. */
const isSeparator = (lines: readonly Buffer[], at: number, isFirst: boolean): boolean => {
  if (lines[at]![0] !== 0x46) return false;
  const isDated = dated.test(textOf(lines[at]!));
  if (at > 0) return isDated && isHeader(lines, at + 1);
  const isFrom = lines[at]!.subarray(0, 5).toString('latin1') === 'From ';
  return isDated || (isFrom && (isFirst || isHeader(lines, 1)));
};

/** A mail that another one follows: the blank line before that is none of it. */
const closed = (mail: readonly Buffer[]): Buffer =>
  Buffer.concat(mail.length > 0 && isBlank(mail.at(-1)!) ? mail.slice(0, -1) : mail);

/**
 * The mails of an mbox file, one by one, byte for byte but for the quoting of `From ` lines (`>From `, `>>From `: one sign
 * is taken off, as mboxrd has it; mboxo, which quotes less, cannot be told from it). Formats: RFC 4155; mbox(5) of qmail
 * (https://manpages.ubuntu.com/manpages/focal/man5/mbox.5qmail.html).
 *
 * A mail begins at a `From ` line with a date after a blank line or at the file's beginning. Without a date, or without
 * the blank line, it does where a mail's header follows: not every writer quotes such lines of a body, and mboxcl2, which
 * counts bytes instead (`Content-Length`), quotes none. Those counts are not believed: what was edited since has others.
 */
export async function* mailsOf(path: string): AsyncGenerator<Buffer> {
  let mail: Buffer[] | undefined;
  let isFirst = true;
  for await (const lines of paragraphsOf(path)) {
    for (const [at, line] of lines.entries()) {
      if (isSeparator(lines, at, isFirst)) {
        if (mail) yield closed(mail);
        mail = [];
      } else if (mail || !isBlank(line)) (mail ??= []).push(quoted.test(textOf(line)) ? line.subarray(1) : line);
      isFirst = false;
    }
  }
  if (mail && mail.some((line) => !isBlank(line))) yield Buffer.concat(mail);
}
