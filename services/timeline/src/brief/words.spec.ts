import { describe, expect, it } from '@jest/globals';
import { firstWords } from './words.ts';

describe('the first words of a message', () => {
  it('are its first sentences', () =>
    expect(firstWords('It cracked. The screen is black now and I cannot work.')).toBe(
      'It cracked. The screen is black now and I cannot work.',
    ));
  it('pass over a greeting, quoted lines and the signature', () =>
    expect(
      firstWords(
        'Hi Bo,\n\nthe courier never came.\nCan you send another one?\n\n> On Monday you wrote\n> soon\n\nBest regards,\nAnn',
      ),
    ).toBe('the courier never came. Can you send another one?'));
  it.each(['\n\nAnn', '\nAnn Lee\n', '\n\nAnn\nAnn O’Hara-Lee', '\n\nDr. A. Lee\n\n> soon'])(
    'pass over the name below: %j',
    (name) => expect(firstWords(`It arrived, and it works. Thank you!${name}`)).toBe('It arrived, and it works.'),
  );
  it('keep what only looks like a name', () => {
    expect(firstWords('Hi Bo,\n\nMonday')).toBe('Monday');
    expect(firstWords('I have the new\nLamp')).toBe('I have the new Lamp');
    expect(firstWords('Please send:\n\nLamp')).toBe('Please send: Lamp');
  });
  it('join wrapped lines', () => expect(firstWords('We would\nlike to\nrenew.')).toBe('We would like to renew.'));
  it('pass over a greeting on the first line of a paragraph', () =>
    expect(firstWords('Hello team\nwhere is my order?')).toBe('where is my order?'));
  it.each(['Hello, where is my invoice?', 'Hi, the lamp is broken.', 'Thanks, it works again now.'])(
    'are not passed over because they begin with a greeting: %s',
    (text) => expect(firstWords(`${text} Please tell me what to do about that, and when.`)).toMatch(text),
  );
  it.each(['Good morning, Ann!', 'Dear Ms. O’Hara-Lee,', 'Hello, dear team.', 'Thank you very much!'])(
    'pass over what only greets: %s',
    (text) => expect(firstWords(`${text}\nwhere is my order?`)).toBe('where is my order?'),
  );
  it('are a line that goes on after a greeting for longer than a name, which is looked at once', () =>
    expect(firstWords(`Hi,${'a'.repeat(7_000)}\n\nIt broke.`)).toMatch(/^Hi,aaa/));
  it('are the greeting where nothing else was said', () => expect(firstWords('Hi there!')).toBe('Hi there!'));
  it('are none where nothing was said', () => {
    expect(firstWords('')).toBeUndefined();
    expect(firstWords('\n > only quoted \n --- \n')).toBeUndefined();
  });
  it('end at a word, with a sign that more was said', () => {
    const words = firstWords(`${'word '.repeat(100)}end.`, 60)!;
    expect(words.length).toBeLessThanOrEqual(60);
    expect(words).toMatch(/word…$/);
  });
  it('never split a character in two', () => expect(firstWords('😀'.repeat(300), 60)!.isWellFormed()).toBe(true));
  it('are found in scripts without spaces', () =>
    expect(firstWords('画面が割れました。交換してください。')).toBe('画面が割れました。 交換してください。'));
  it('are found in a mebibyte without reading all of it', () =>
    expect(firstWords('a b '.repeat(262_144))!.length).toBeLessThan(1_000));
});
