import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Something that must not be found, as bytes in one way of writing. */
type Spelling = { readonly needle: string; readonly as: string; readonly bytes: Buffer };

/** Where something was found that must not be there. */
export type Found = { readonly needle: string; readonly as: string; readonly where: string };

/** Every way of writing a text in which it could lie somewhere. */
export const spellingsOf = (needle: string): Spelling[] => {
  const bytes = Buffer.from(needle);
  const ascii = (text: string) => Buffer.from(text, 'latin1');
  const nonAscii = (write: (character: string) => string) => ascii(needle.replaceAll(/[^\x20-\x7e]/gu, write));
  const hexOf = (character: string) => [...Buffer.from(character)].map((byte) => byte.toString(16).padStart(2, '0'));
  const units = (character: string) =>
    Array.from(character, (_, at) => character.charCodeAt(at).toString(16).padStart(4, '0'));
  const ways: Record<string, Buffer> = {
    'UTF-8': bytes,
    'lower case': Buffer.from(needle.toLowerCase()),
    'upper case': Buffer.from(needle.toUpperCase()),
    'without accents': Buffer.from(needle.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '')),
    'UTF-16LE': Buffer.from(needle, 'utf16le'),
    'UTF-16BE': Buffer.from(needle, 'utf16le').swap16(),
    'base64 +0': base64Inside(bytes, 0),
    'base64 +1': base64Inside(bytes, 1),
    'base64 +2': base64Inside(bytes, 2),
    hex: ascii(bytes.toString('hex')),
    HEX: ascii(bytes.toString('hex').toUpperCase()),
    'quoted-printable': nonAscii((character) =>
      hexOf(character)
        .map((hex) => `=${hex.toUpperCase()}`)
        .join(''),
    ),
    'a URL': nonAscii((character) =>
      hexOf(character)
        .map((hex) => `%${hex.toUpperCase()}`)
        .join(''),
    ),
    'escaped JSON': nonAscii((character) =>
      units(character)
        .map((unit) => `\\u${unit}`)
        .join(''),
    ),
    backwards: Buffer.from(Array.from(needle).toReversed().join('')),
  };
  const spellings = Object.entries(ways).map(([as, of]) => ({ needle, as, bytes: of }));
  // The same bytes are looked for once.
  return spellings.filter(({ bytes: own }, at) => spellings.findIndex((other) => other.bytes.equals(own)) === at);
};

/** The part of a base64 text that these bytes alone decide, wherever in a longer text they lie. */
const base64Inside = (bytes: Buffer, before: number): Buffer => {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const decided = Math.floor(((before + bytes.length) * 8) / 6);
  return Buffer.from(text.slice(Math.ceil((before * 8) / 6), decided), 'latin1');
};

/**
 * Looks for many things at once: one pass over the bytes, whatever their number (Aho and Corasick's automaton). `look`
 * answers all that was found in bytes that come from `where`, each thing once.
 */
export const lookout = (needles: readonly string[]) => {
  const spellings = needles.flatMap(spellingsOf);
  const longest = Math.max(...spellings.map(({ bytes }) => bytes.length));
  const { next, ends } = automatonOf(spellings);
  const look = (bytes: Uint8Array, where: string): Found[] => {
    const found = new Set<Spelling>();
    let state = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      state = next[(state << 8) | bytes[at]!]!;
      const ended = ends[state];
      if (ended) for (const spelling of ended) found.add(spelling);
    }
    return [...found].map(({ needle, as }) => ({ needle, as, where }));
  };
  return { look, longest };
};

export type Lookout = ReturnType<typeof lookout>;

const automatonOf = (spellings: readonly Spelling[]) => {
  const most = 1 + spellings.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const next = new Int32Array(most << 8);
  const ends: Spelling[][] = [];
  let states = 1;
  for (const spelling of spellings) {
    let state = 0;
    for (const byte of spelling.bytes) state = next[(state << 8) | byte] ||= states++;
    (ends[state] ??= []).push(spelling);
  }
  const falls = new Int32Array(states);
  const waiting = [0];
  for (let state = waiting.shift(); state !== undefined; state = waiting.shift())
    for (let byte = 0; byte < 256; byte += 1) {
      const to = next[(state << 8) | byte]!;
      const instead = state === 0 ? 0 : next[(falls[state]! << 8) | byte]!;
      if (to === 0) next[(state << 8) | byte] = instead;
      else {
        falls[to] = instead;
        if (ends[instead]) (ends[to] ??= []).push(...ends[instead]);
        waiting.push(to);
      }
    }
  return { next, ends };
};

const chunk = 4 * 2 ** 20;

/** Looks through every file below a folder, except below those that are named. Answers also how much that was. */
export const lookThrough = async (dir: string, { look, longest }: Lookout, except: readonly string[] = []) => {
  const found: Found[] = [];
  let files = 0;
  let size = 0;
  // One for all: a data folder has thousands of files, most of them small.
  const buffer = Buffer.alloc(chunk);
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || except.some((one) => path.startsWith(join(one, '/')))) continue;
    files += 1;
    found.push(...look(Buffer.from(entry.name), `the name of ${path}`));
    await using file = await open(path);
    // What lies across two chunks is looked at in both.
    for (let at = 0; ; at += chunk - longest) {
      const { bytesRead } = await file.read(buffer, 0, chunk, at);
      found.push(...look(buffer.subarray(0, bytesRead), path));
      size += bytesRead;
      if (bytesRead < chunk) break;
    }
  }
  return { found, files, size };
};
