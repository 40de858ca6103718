import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mailsOf } from './mbox.ts';

const separator = 'From ann@lee.example Mon May  4 09:30:00 2026\n';

describe('an mbox file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mbox-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const mails = async (text: string): Promise<string[]> => {
    await writeFile(join(folder, 'some.mbox'), text);
    return (await Array.fromAsync(mailsOf(join(folder, 'some.mbox')))).map(String);
  };

  it('holds a mail after each separator', async () =>
    expect(await mails(`${separator}A: 1\n\none\n\n${separator}A: 2\n\ntwo\n`)).toEqual([
      'A: 1\n\none\n',
      'A: 2\n\ntwo\n',
    ]));

  it('keeps lines of a body that begin with From, whether a blank line stands before them or not', async () => {
    const body = 'A: 1\n\nHello\nFrom then on all is lost.\n\nFrom what I can see, nothing at 10.\nbye\n';
    expect(await mails(`${separator}${body}`)).toEqual([body]);
  });

  it('takes one sign of quoting from lines that a writer quoted', async () =>
    expect(await mails(`${separator}A: 1\n\n>From here\n>>From there\n`)).toEqual([
      'A: 1\n\nFrom here\n>From there\n',
    ]));

  it('does not take a separator in the middle of a paragraph for one', async () => {
    const body = `A: 1\n\nHe wrote:\n${separator}and so on\n`;
    expect(await mails(`${separator}${body}`)).toEqual([body]);
  });

  const bare = 'From: ann@lee.example\nDate: Mon, 4 May 2026 09:30:00 +0000\nSubject: Hi\n\n';
  it.each([
    ['without a date', 'From someone\n'],
    ['of Thunderbird', 'From \r\n'],
    ['of an older Thunderbird', 'From - Mon May  4 09:30:00 2026\n'],
    ['of Google Takeout', 'From 1863112233445566778@xxx Mon May 04 09:30:00 +0000 2026\n'],
    ['with another date', 'From ann@lee.example 2026-05-04T09:30:00Z\n'],
  ])('may have separators %s', async (_, line) =>
    expect(await mails(`${line}${bare}one\n\n${line}Received: x\n\ttoday\nX: 2\n\ntwo\n`)).toEqual([
      `${bare}one\n`,
      'Received: x\n\ttoday\nX: 2\n\ntwo\n',
    ]),
  );

  it('may have no blank line before a separator where a header follows', async () =>
    expect(await mails(`${separator}${bare}one\n${separator}${bare}two\n`)).toEqual([`${bare}one\n`, `${bare}two\n`]));

  it('keeps what reads like a separator before a list of words', async () => {
    const body = `${bare}See you.\n\nFrom the invitation\nDate: Monday\nPlace: here\n\nFrom: me\n\nFrom you\n`;
    expect(await mails(`From someone\n${body}`)).toEqual([body]);
  });

  it('holds no mail before the first line that is not blank', async () =>
    expect(await mails(`\n\n${separator}${bare}one\n`)).toEqual([`${bare}one\n`]));

  it('keeps bytes that are no UTF-8 and line ends as they are', async () => {
    await writeFile(
      join(folder, 'raw.mbox'),
      Buffer.concat([Buffer.from(separator), Buffer.from('A: 1\r\n\r\n\xe9\r\n', 'latin1')]),
    );
    const [mail] = await Array.fromAsync(mailsOf(join(folder, 'raw.mbox')));
    expect(mail?.toString('latin1')).toBe('A: 1\r\n\r\n\xe9\r\n');
  });

  it('may be empty', async () => expect(await mails('')).toEqual([]));
});
