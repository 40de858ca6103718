import { Rejection } from '@throughline/decider';
import { normaliseHandle } from '@throughline/identity';

const address = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*/gu;
const number = /\+?\d[\d ().-]{4,20}\d/g;
const base64Block = /(?:[A-Za-z0-9+/]{40,}\r?\n?)+[A-Za-z0-9+/=]*/g;

const unquoted = (text: string): string =>
  Buffer.from(
    text
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

/** What stands in a mail that nobody could read, in each of the ways in which mails are written. */
function* textsOf(bytes: Uint8Array): Iterable<string> {
  const text = Buffer.from(bytes).toString('latin1');
  yield Buffer.from(bytes).toString();
  yield unquoted(text);
  for (const [block] of text.matchAll(base64Block)) yield Buffer.from(block, 'base64').toString();
}

const normalised = (text: string): string[] => {
  try {
    return [normaliseHandle(text).handle];
  } catch (error) {
    if (error instanceof Rejection) return [];
    throw error;
  }
};

/** The addresses and numbers in a mail's bytes that may be handles, whether or not the mail can be read. */
export const handlesIn = (bytes: Uint8Array): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const text of textsOf(bytes)) {
    for (const [one] of text.matchAll(address)) for (const handle of normalised(`email:${one}`)) found.add(handle);
    for (const [one] of text.matchAll(number))
      for (const handle of [`tel:${one}`, `whatsapp:${one}`].flatMap(normalised)) found.add(handle);
  }
  return found;
};
