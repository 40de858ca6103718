import { isUtf8 } from 'node:buffer';

/** What a text is as JSON, or why it is none and where, in words. */
export type Parsed = { readonly value: unknown } | { readonly reason: string };

// V8 names a position in most of its messages and quotes the place in the others.
const whereOf = (message: string): string =>
  message.replace(/ in JSON(?= at position)/, '').replace(/ \(line.*\)$/, '');

/** Reads JSON from bytes. Strict: UTF-8 only, and no key `__proto__`, which could become an object's prototype. */
export const parseJson = (bytes: Buffer): Parsed => {
  if (!isUtf8(bytes)) return { reason: 'is not UTF-8' };
  const text = bytes.toString('utf8');
  try {
    const value = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text) as unknown;
    const poisoned = text.includes('__proto__') && hasPrototypeKey(value);
    return poisoned ? { reason: 'has a key __proto__, which is not taken' } : { value };
  } catch (error) {
    return { reason: `is not JSON: ${whereOf((error as Error).message)}` };
  }
};

// With a list of its own: a value nested a million deep must not end the process.
const hasPrototypeKey = (root: unknown): boolean => {
  const waiting = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (value === null || typeof value !== 'object') continue;
    if (Object.hasOwn(value, '__proto__')) return true;
    for (const item of Object.values(value)) waiting.push(item);
  }
  return false;
};
