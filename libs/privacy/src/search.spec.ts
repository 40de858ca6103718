import { describe, expect, it } from '@jest/globals';
import { maxWords, memoryKeyStore, prefixHashes, prefixQuery, wordHashes } from './index.ts';

const keys = memoryKeyStore();
const secret = keys.secret('default', 'search');

const finds = (query: string, text: string): boolean => {
  const hashes = new Set(wordHashes(secret, text));
  const asked = wordHashes(secret, query);
  return asked.length > 0 && asked.every((hash) => hashes.has(hash));
};

const beginsWith = (query: string, name: string): boolean => {
  const hashes = new Set(prefixHashes(secret, name));
  const asked = prefixQuery(secret, query);
  return asked.length > 0 && asked.every((hash) => hashes.has(hash));
};

describe('words', () => {
  it.each([
    ['screen', 'My SCREEN, it broke!'],
    ['broken screens', 'a broken screen'],
    ['shipping', 'They shipped it.'],
    ['cafe', 'Café'],
    ['CAFÉ', 'cafe'],
    ['strasse', 'Straße 7'],
    ['STRASSE', 'straße'],
    ['istanbul', 'İSTANBUL'],
    ['ısparta', 'Isparta'],
    ['λόγος', 'ΛΌΓΟΣ'],
    ['sorensen', 'Sørensen'],
    ['lodz', 'Łódź'],
    ['экран', 'Разбитый ЭКРАН'],
    ['ёлка', 'елка'],
    ['שלום', 'שָׁלוֹם עולם'],
    ['محمد', 'مُحَمَّد'],
    ['화면', '화면 깨짐'],
    ['画面', '我的画面坏了'],
    ['スクリーン', '私のスクリーンが壊れた'],
    ['ｽｸﾘｰﾝ', '私のスクリーンが壊れた'],
    ['หน้าจอ', 'หน้าจอแตก'],
    ['ＡＢＣ', 'abc'],
    ['ﬁne', 'fine'],
    ['17', 'ticket-17/comment-3'],
    ['ann example', 'ann@example.com'],
  ])('%s is found in %s', (query, text) => expect(finds(query, text)).toBe(true));

  it.each([
    ['cracked', 'a broken screen'],
    ['screen cracked', 'a broken screen'],
    ['हिंदी', 'हद'],
    ['', 'anything'],
    ['?!', 'anything'],
  ])('%s is not found in %s', (query, text) => expect(finds(query, text)).toBe(false));

  it('are 64-bit hashes that only the tenant can make, each once', () => {
    const hashes = wordHashes(secret, 'screen screens SCREEN');
    expect(hashes).toHaveLength(1);
    expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(wordHashes(keys.secret('other', 'search'), 'screen')).not.toEqual(hashes);
    expect(wordHashes(memoryKeyStore().secret('default', 'search'), 'screen')).not.toEqual(hashes);
  });

  it('of the longest text fit a tsvector', () => {
    const text = Array.from({ length: 150_000 }, (_, n) => n.toString(36))
      .join(' ')
      .slice(0, 1_048_576);
    expect(wordHashes(secret, text)).toHaveLength(maxWords);
    expect(maxWords * 16).toBeLessThan(1_048_576);
  });

  // Each would hold the process up for long if it were done word by word, or by a pattern that goes back.
  it.each([
    ['one word of 1 MiB', 'a'.repeat(1_048_576), 1],
    ['1 MiB of marks', '\u0301'.repeat(524_288), 0],
    ['1 MiB of Chinese', '画面'.repeat(174_762), 1],
    ['1 MiB of endings', 'ational'.repeat(149_796), 1],
  ])('of %s are few', (_, text, count) => expect(wordHashes(secret, text)).toHaveLength(count));
});

describe('beginnings', () => {
  it.each([
    ['an', 'Ann Lee'],
    ['lee', 'Ann Lee'],
    ['le an', 'Ann Lee'],
    ['soren', 'Sørensen'],
    ['ann@exa', 'ann@example.com'],
    ['+14155', '+14155550100'],
    ['internationalisation', 'Internationalisierung'],
    ['王', '王小明'],
    ['小明', '王小明'],
    ['жа', 'Жанна'],
  ])('%s begins a word of %s', (query, name) => expect(beginsWith(query, name)).toBe(true));

  it.each([
    ['nn', 'Ann Lee'],
    ['annn', 'Ann Lee'],
    ['a', 'Ann Lee'],
    ['Ж', 'Жанна'],
    ['', 'Ann Lee'],
    ['明王', '王小明'],
  ])('%s does not begin a word of %s', (query, name) => expect(beginsWith(query, name)).toBe(false));

  it('are no words: what is found among names is not told by texts', () =>
    expect(prefixHashes(secret, 'screen')).not.toContain(wordHashes(secret, 'screen')[0]));
});
