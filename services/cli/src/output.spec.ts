import { describe, expect, it } from '@jest/globals';
import { columnsOfWords, described, listed } from './output.ts';

describe('a list', () => {
  const one = {
    id: 'm-1',
    about: 'Ann Lee: Broken\u001b[31m screen',
    facts: ['email', undefined, '', 'waits in support'],
  };

  it('says of each in one line what it is about, and below it what is known', () =>
    expect(listed([one, { ...one, id: 'm-2' }])).toBe(
      'm-1  Ann Lee: Broken·[31m screen\n  email · waits in support\n' +
        'm-2  Ann Lee: Broken·[31m screen\n  email · waits in support',
    ));

  it('cuts the line to the width of the terminal, and folds what is known', () =>
    expect(listed([one], 20)).toBe('m-1  Ann Lee: Broke…\n  email\n  waits in support'));
});

describe('a list on a narrow terminal', () => {
  it('says the first words of each item all the same', () => {
    const one = { id: '2851dbc7-5c99-578b-add4-b98ef1991c9e', about: 'Ann Lee: My screen is broken', facts: [] };
    for (const width of [10, 38, 40]) expect(listed([one], width)).toBe(`${one.id}  Ann Lee: My…`);
  });
});

describe('a table of words', () => {
  const rows = [['May 4', 'It cracked when I opened it, and now it is dark.']];

  it('says them all where nobody looks, else what there is room for', () => {
    expect(columnsOfWords(['when', 'words'], rows)).toBe(
      'when   words\nMay 4  It cracked when I opened it, and now it is dark.',
    );
    expect(columnsOfWords(['when', 'words'], rows, 40)).toBe('when   words\nMay 4  It cracked when I opened it, and…');
    expect(columnsOfWords(['when', 'words'], rows, 9)).toBe('when   words\nMay 4  It cracked when I o…');
  });
});

describe('something described', () => {
  it('has what is known of it by name, in whole words that the terminal has room for', () =>
    expect(
      described(
        'hub',
        [
          ['at', 'https://x'],
          ['secret', 'the access token of an app'],
        ],
        24,
      ),
    ).toBe('hub\n  at      https://x\n  secret  the access\n          token of an\n          app'));
});
