import { createHmac, type KeyObject } from 'node:crypto';
import { stemmer } from 'stemmer';
import { boundedCache } from './cache.ts';

// Scripts written without spaces between words: only these need a dictionary to be cut.
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;
const run = /[\p{L}\p{N}\p{M}]+/gu;
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

// Accents, vowel points and harakat; not the vowel signs of Indic scripts, without which words are others.
const marks = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;
const letters: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ς: 'σ' };

// By way of upper case, so that ß and ss, ı and i, the two lower sigmas meet.
const fold = (word: string): string =>
  /^[A-Za-z0-9]*$/.test(word)
    ? word.toLowerCase()
    : word
        .normalize('NFKC')
        .toUpperCase()
        .toLowerCase()
        .normalize('NFD')
        .replace(marks, '')
        .normalize('NFC')
        .replace(/[øłđðþæœς]/g, (letter) => letters[letter]!);

const stem = (word: string): string => (/^[a-z]{3,40}$/.test(word) ? stemmer(word) : word);

const runsOf = (text: string): string[] => text.normalize('NFKC').match(run) ?? [];

const cut = (run: string): Iterable<string> =>
  unspaced.test(run) ? new Set(Array.from(segmenter.segment(run), ({ segment }) => segment)) : [run];

// Secrets are numbered, so that what is remembered of one tenant is never another's.
const numbers = new WeakMap<KeyObject, number>();
let secrets = 0;

const numberOf = (secret: KeyObject): number => {
  let number = numbers.get(secret);
  if (number === undefined) numbers.set(secret, (number = secrets += 1));
  return number;
};

const hash = (secret: KeyObject, kind: Kind, term: string): string =>
  createHmac('sha256', secret).update(`${kind}:${term}`).digest('hex').slice(0, 16);

// Language is repetitive, names more so: most words of a text were folded and hashed before.
const known = boundedCache<readonly string[]>(50_000);
const longestKnown = 40;

type Kind = 'word' | 'prefix';

const hashesOf = (
  secret: KeyObject,
  kind: Kind,
  text: string,
  termsOf: (text: string) => readonly string[],
): readonly string[] => {
  const name = `${numberOf(secret)} ${kind} ${text}`;
  let hashes = known.get(name);
  if (!hashes) {
    hashes = termsOf(text).map((term) => hash(secret, kind, term));
    if (text.length <= longestKnown) known.set(name, hashes);
  }
  return hashes;
};

const termsOfWord = (word: string): string[] => [stem(fold(word))].filter((term) => term !== '');

/** A `tsvector` holds 1 MiB of lexemes: different words of one text beyond this many are not found by search. */
export const maxWords = 50_000;

/**
 * The words of a text in any language, folded (case, width, accents), English endings taken off, as keyed 64-bit hashes
 * (16 hexadecimal digits, each once): lexemes for `array_to_tsvector`, and of a query those to look for. Words of a text
 * beyond {@link maxWords} different ones are left out.
 */
export const wordHashes = (secret: KeyObject, text: string): string[] => {
  const hashes = new Set<string>();
  for (const run of runsOf(text))
    for (const word of cut(run)) {
      if (hashes.size === maxWords) return [...hashes];
      for (const hashed of hashesOf(secret, 'word', word, termsOfWord)) hashes.add(hashed);
    }
  return [...hashes];
};

const longest = 12;
const mostStarts = 24;

// Where words are not spaced a part of a name may begin at any character, and one character says much.
const startsOf = (run: string): { chars: string[]; shortest: number }[] => {
  const chars = Array.from(fold(run));
  if (!unspaced.test(run)) return [{ chars, shortest: 2 }];
  return chars.slice(0, mostStarts).map((_, start) => ({ chars: chars.slice(start), shortest: 1 }));
};

const prefixesOf = (run: string): string[] => {
  const prefixes = new Set<string>();
  for (const { chars, shortest } of startsOf(run))
    for (let length = shortest; length <= Math.min(longest, chars.length); length += 1)
      prefixes.add(chars.slice(0, length).join(''));
  return [...prefixes];
};

/**
 * The beginnings (2 to 12 characters; from 1 where words are not spaced) of each word of a name or of a handle's value,
 * folded, as keyed hashes like those of {@link wordHashes} but of another kind. Looked for with {@link prefixQuery}.
 */
export const prefixHashes = (secret: KeyObject, text: string): string[] => [
  ...new Set(runsOf(text).flatMap((run) => hashesOf(secret, 'prefix', run, prefixesOf))),
];

/** What to look for, all of them, among {@link prefixHashes} when somebody typed `text`; empty where it is too short to tell. */
export const prefixQuery = (secret: KeyObject, text: string): string[] => {
  const prefixes = runsOf(text)
    .map((run) => startsOf(run)[0]!)
    .filter(({ chars, shortest }) => chars.length >= shortest)
    .map(({ chars }) => chars.slice(0, longest).join(''));
  return Array.from(new Set(prefixes), (prefix) => hash(secret, 'prefix', prefix));
};
