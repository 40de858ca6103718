import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, array, property } from 'fast-check';
import { partWords } from './quote.ts';

const lines = (...all: string[]) => all.join('\n');

describe('what was written and what is quoted', () => {
  it.each([
    ['On Mon, 4 May 2026 at 11:30, Ann Lee <ann@example.com> wrote:', 'in English'],
    ['Am Montag, 4. Mai 2026 um 11:30 schrieb Ann Lee:', 'in German'],
    ['Le lun. 4 mai 2026 à 11:30, Ann Lee a écrit :', 'in French'],
    ['El lun, 4 may 2026 a las 11:30, Ann Lee escribió:', 'in Spanish'],
    ['Op ma 4 mei 2026 om 11:30 schreef Ann Lee:', 'in Dutch'],
    ['Em seg., 4 de mai. de 2026, Ann Lee escreveu:', 'in Portuguese'],
    ['пн, 4 мая 2026 г. в 11:30, Ann Lee пишет:', 'in Russian'],
    ['在 2026年5月4日，Ann Lee 写道：', 'in Chinese'],
    ['Quoting what Ann Lee said:', 'by another program'],
  ])('%s (%s) introduces the quote', (introduction) =>
    expect(partWords(lines('Yes.', '', introduction, '> Is it so?', '>', '> Ann', '', 'Bo'))).toEqual({
      text: 'Yes.\n\n\nBo',
      quoted: `${introduction}\n> Is it so?\n>\n> Ann`,
    }),
  );
  it('an introduction over two lines goes with its quote, what stands before it stays', () =>
    expect(
      partWords(lines('Yes.', 'On Mon, 4 May 2026, Ann Lee', '<ann@example.com> wrote:', '', '> Is it so?')),
    ).toEqual({
      text: 'Yes.',
      quoted: lines('On Mon, 4 May 2026, Ann Lee', '<ann@example.com> wrote:', '> Is it so?'),
    }));
  it('answers between the lines of a quote are what was written', () =>
    expect(partWords(lines('> one?', 'Yes.', '> two?', 'No.'))).toEqual({
      text: 'Yes.\nNo.',
      quoted: '> one?\n> two?',
    }));
  it.each([
    ['-----Original Message-----', 'From: Ann', 'Hello'],
    ['-----Ursprüngliche Nachricht-----', 'Von: Ann', 'Hallo'],
    ['---------- Forwarded message ---------', 'From: Ann', 'Hello'],
    ['Begin forwarded message:', 'From: Ann', 'Hello'],
    ['From: Ann <ann@example.com>', 'Sent: Monday', 'To: Bo', 'Subject: Screen', '', 'Hello'],
    ['________________________________', 'Von: Ann', 'Gesendet: Montag', 'An: Bo', 'Hallo'],
    ['On Mon, 4 May 2026 at 11:30, Ann Lee wrote:', '', 'Hello', 'Ann'],
  ])('all from %s on is quoted', (...copy) =>
    expect(partWords(lines('See below.', '', ...copy))).toEqual({ text: 'See below.', quoted: copy.join('\n') }),
  );
  it('an answer below what it answers is what was written', () => {
    expect(partWords(lines('-----Original Message-----', 'From: Ann', '', '> Is it so?', 'Yes.')).text).toBe('Yes.');
    expect(partWords(lines('On Mon, 4 May 2026, Ann Lee wrote:', ') Is it so?', 'Yes.')).text).toContain('Yes.');
  });
  it.each([
    'I wrote:\nnothing yet',
    '>From now on all is well.',
    'Date: tomorrow\nis fine',
    'a > b',
    '-- \nBo',
    'He said: yes',
  ])('%p quotes nothing', (text) => expect(partWords(text)).toEqual({ text, quoted: '' }));

  it('loses no line', () => {
    const line = constantFrom('', 'words', '> quoted', 'On 4 May, Ann wrote:', 'From: a', 'To: b', 'Date: c', '-----Original Message-----', '_____'); // prettier-ignore
    const kept = (text: string) => text.split('\n').filter((one) => one.trim() !== '');
    assert(
      property(array(line, { maxLength: 30 }), (some) => {
        const { text, quoted } = partWords(some.join('\n'));
        expect([...kept(text), ...kept(quoted)].toSorted()).toEqual(kept(some.join('\n')).toSorted());
      }),
    );
  });

  it.each([
    ['>'.repeat(1_000_000)],
    ['On 1 a\n> x\n'.repeat(90_000)],
    ['a:\n'.repeat(330_000)],
    ['From: a\n'.repeat(125_000)],
    [`${' '.repeat(1_000_000)}x`],
    ['On '.repeat(330_000)],
  ])('takes one pass over what was made to hurt: a second one over each line would outlast the test', (text) => {
    const { text: words, quoted } = partWords(text);
    expect(words.length + quoted.length).toBeGreaterThan(0);
  });
});
