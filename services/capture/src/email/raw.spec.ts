import { describe, expect, it } from '@jest/globals';
import { contentHash } from './content.ts';
import { splitMail, valuesOf } from './raw.ts';

const split = (text: string) => splitMail(Buffer.from(text, 'latin1'));

describe('a mail cut in two', () => {
  it('has its headers unfolded and its body as it stands', () => {
    const mail = split('From: a@b.example\r\nSubject: one\r\n two\r\n\tthree\r\n\r\nbody\r\n\r\nmore');
    expect(mail.headers).toEqual([
      { name: 'from', value: 'a@b.example' },
      { name: 'subject', value: 'one two three' },
    ]);
    expect(Buffer.from(mail.body).toString()).toBe('body\r\n\r\nmore');
  });
  it('may end its lines in any way, and may have no body', () => {
    expect(Buffer.from(split('A: 1\n\nbody').body).toString()).toBe('body');
    expect(split('A: 1\nB: 2').headers).toHaveLength(2);
    expect(split('').headers).toEqual([]);
  });
  it('leaves out what is no header: the line of a mailbox, a name with a space', () => {
    expect(split('From ann Mon May  4 09:30:00 2026\nA: 1\nnot a header: 2\n\n').headers).toEqual([
      { name: 'a', value: '1' },
    ]);
  });
  it('reads headers as UTF-8, and byte by byte where they are none', () => {
    expect(valuesOf(splitMail(Buffer.from('A: ü\n\n')), 'a')).toEqual(['ü']);
    expect(valuesOf(split('A: \xfc\n\n'), 'a')).toEqual(['ü']);
  });
});

describe('the content of a mail', () => {
  const of = (text: string) => contentHash(split(text));
  const plain = 'From: a@b.example\nTo: c@d.example\nSubject: s\nDate: d\n\nbody\nmore\n';

  it.each([
    ['another way to end lines', plain.replaceAll('\n', '\r\n')],
    ['folded headers', plain.replace('Subject: s', 'Subject:\n s')],
    ['what transport adds', `Received: from x by y\nDelivered-To: z@d.example\n${plain}`],
    ['empty lines at the end', `${plain}\n\n`],
    ['another order of headers', plain.replace('Subject: s\nDate: d', 'Date: d\nSubject: s')],
  ])('stays the same with %s', (_, text) => expect(of(text)).toBe(of(plain)));

  it.each(['a@b', 'c@d', 'Subject: s', 'Date: d', 'body', 'more'])('is another with another %s', (part) =>
    expect(of(plain.replace(part, `${part}x`))).not.toBe(of(plain)),
  );

  it('keeps headers apart', () => expect(of('From: a\nTo: b\n\n')).not.toBe(of('From: a,to:b\n\n')));
});
