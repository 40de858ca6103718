import { describe, expect, it } from '@jest/globals';
import { messageIds } from './message-id.ts';
import { splitMail } from './raw.ts';

const ids = (...lines: string[]) => messageIds(splitMail(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)));

describe('the ids that a mail names', () => {
  it('are its own, those it refers to and those it answers, each once', () =>
    expect(ids('Message-ID: <c@x>', 'References: <a@x>\r\n <b@x>', 'In-Reply-To: <b@x>')).toEqual({
      own: 'c@x',
      root: 'a@x',
      all: ['c@x', 'a@x', 'b@x'],
    }));
  it('begin with the first of References, else of In-Reply-To, else its own', () => {
    expect(ids('Message-ID: <c@x>', 'In-Reply-To: <b@x>').root).toBe('b@x');
    expect(ids('Message-ID: <c@x>').root).toBe('c@x');
    expect(ids('Subject: none')).toEqual({ root: undefined, all: [] });
  });
  it.each([
    ['Your message of "Mon, 4 May 2026" <b@x>', ['b@x']],
    ['<b@x> (Ann\'s message of "Mon, 4 May 2026")', ['b@x']],
    ['<b@x>; from ann@example.com on Mon, May 04', ['b@x']],
    ['Message from Ann <ann@example.com> of "Mon, 4 May 2026" <b@x> <c@x>', ['b@x', 'c@x']],
    ['<a@x>,<b@x>', ['a@x', 'b@x']],
    ['b@x', ['b@x']],
    ['"Ann"\'s message of Monday', []],
  ])('are found in In-Reply-To: %s', (value, expected) => expect(ids(`In-Reply-To: ${value}`).all).toEqual(expected));
  it.each([
    ['without brackets', 'a b@x', 'a b@x'],
    ['with words behind it', '<a@x> (added by a relay)', 'a@x'],
    ['with spaces in it', '<1 a 2@x>', '1 a 2@x'],
    ['with a control character', '<a\u0001b@x>', 'a\ufffdb@x'],
  ])('take its own %s', (_, value, own) => expect(ids(`Message-ID: ${value}`).own).toBe(own));
  it('are none where they are longer than a line may be', () =>
    expect(ids(`Message-ID: <${'a'.repeat(1_000)}@x>`, `References: <${'b'.repeat(1_000)}@x> <a@x>`)).toEqual({
      root: 'a@x',
      all: ['a@x'],
    }));
});
