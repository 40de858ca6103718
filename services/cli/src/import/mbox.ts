import { createReadStream } from 'node:fs';

// RFC 4155: `From`, an address, and a time of day in asctime's form. A line of a body that merely begins with the word
// has no such ending.
const separator = /^From \S+.*\d{1,2}:\d{2}(:\d{2})?.*\d{4}.*$/;
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

/**
 * The mails of an mbox file (RFC 4155, variant mboxrd), one by one, byte for byte but for the quoting of `From ` lines.
 * A mail begins at a separator line after a blank line or at the file's beginning, nowhere else.
 */
export async function* mailsOf(path: string): AsyncGenerator<Buffer> {
  let mail: Buffer[] | undefined;
  let blankBefore = true;
  for await (const line of linesOf(path)) {
    const text = line.length < 1_000 ? line.toString('latin1') : '';
    if (blankBefore && separator.test(text.trimEnd())) {
      if (mail) yield Buffer.concat(mail.slice(0, -1));
      mail = [];
    } else (mail ??= []).push(quoted.test(text) ? line.subarray(1) : line);
    blankBefore = isBlank(line);
  }
  if (mail && mail.some((line) => !isBlank(line))) yield Buffer.concat(mail);
}
