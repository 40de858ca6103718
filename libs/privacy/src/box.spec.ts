import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { BoxBroken, decrypt, decryptText, encrypt, encryptText } from './box.ts';

const bytes = randomBytes(32);
const key = createSecretKey(bytes);

/** As node:crypto makes it. */
const theirs = (belongsTo: string, clear: Buffer): Buffer => {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', bytes, iv).setAAD(Buffer.from(belongsTo));
  const body = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
};

/** As node:crypto opens it. */
const openedByThem = (belongsTo: string, box: Buffer): Buffer => {
  const cipher = createDecipheriv('aes-256-gcm', bytes, box.subarray(0, 12))
    .setAAD(Buffer.from(belongsTo))
    .setAuthTag(box.subarray(12, 28));
  return Buffer.concat([cipher.update(box.subarray(28)), cipher.final()]);
};

// Empty, of less than a block, of several, as large as the usual room, one more, and a raw mail's.
const sizes = [0, 1, 15, 16, 17, 300, 65_536, 65_537, 3_000_000];
const places = ['', 'a message', 'é'.repeat(5_461), 'é'.repeat(5_462), 'a place with a long name '.repeat(10_000)];

describe('a box', () => {
  it.each(sizes)('of %i bytes is AES-256-GCM as others make and open it', (size) => {
    const clear = randomBytes(size);
    for (const place of places) {
      expect(openedByThem(place, encrypt(key, place, clear)).equals(clear)).toBe(true);
      expect(decrypt(key, place, theirs(place, clear)).equals(clear)).toBe(true);
    }
  });

  it.each(['', 'Ann', 'Жанна\n"日本語" 😀', '😀'.repeat(20_000), 'x'.repeat(70_000)])(
    'of a text is the same in base64',
    (text) => {
      for (const place of places) {
        const box = encryptText(key, place, text);
        expect(openedByThem(place, Buffer.from(box, 'base64')).toString()).toBe(text);
        expect(decryptText(key, place, box)).toBe(text);
        expect(decryptText(key, place, theirs(place, Buffer.from(text)).toString('base64'))).toBe(text);
      }
    },
  );

  it('does not open with a bit changed anywhere, elsewhere, with another key or cut short, and the next one does', () => {
    const box = encrypt(key, 'here', Buffer.from('a secret of a length that fills two blocks'));
    const others = Array.from(box, (byte, at) => box.with(at, byte ^ 1));
    const cuts = Array.from(box, (_, length) => box.subarray(0, length));
    for (const other of [...others, ...cuts]) expect(() => decrypt(key, 'here', other)).toThrow(BoxBroken);
    expect(() => decrypt(key, 'there', box)).toThrow(BoxBroken);
    expect(() => decrypt(createSecretKey(randomBytes(32)), 'here', box)).toThrow(BoxBroken);
    expect(() => decryptText(key, 'here', 'AAAA')).toThrow(BoxBroken);
    expect(decrypt(key, 'here', box).toString()).toBe('a secret of a length that fills two blocks');
  });

  it('has an IV of its own', () => {
    const ivs = Array.from({ length: 5_000 }, () => encrypt(key, '', Buffer.from('x')).toString('hex', 0, 12));
    expect(new Set(ivs).size).toBe(ivs.length);
  });

  it('takes no key of another length', () => {
    expect(() => encryptText(createSecretKey(randomBytes(16)), '', 'x')).toThrow('a key of 16 bytes');
  });
});
