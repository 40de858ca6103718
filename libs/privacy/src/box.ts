import { type KeyObject, randomFillSync } from 'node:crypto';
import { decryptIn, encryptIn, ivLength, type Room, roomFor, textAt } from './gcm.ts';

// Random bytes cost a system call: they are drawn by the thousand and handed out in slices, each slice once.
const pool = Buffer.allocUnsafeSlow(ivLength * 1024);
let drawn = pool.length;

const putFreshIv = (into: Buffer): void => {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  pool.copy(into, 0, drawn, drawn + ivLength);
  drawn += ivLength;
};

// Most boxes are small, and are made and opened in the same place.
const usual = roomFor(64 * 1024);
const roomOf = (length: number): Room => (length <= usual.text.length ? usual : roomFor(length));

const usualBound = Buffer.allocUnsafeSlow(16 * 1024);
// A character is three bytes at most.
const boundOf = (text: string): Buffer => (text.length * 3 <= usualBound.length ? usualBound : Buffer.from(text));

// The bytes of a key, for as long as the key itself.
const exported = new WeakMap<KeyObject, Buffer>();

const bytesOf = (key: KeyObject): Buffer => {
  let bytes = exported.get(key);
  if (!bytes) exported.set(key, (bytes = key.export()));
  return bytes;
};

/** The bytes were changed, belong elsewhere, or the key is another one. */
export class BoxBroken extends Error {
  override readonly name = 'BoxBroken';
}

// Answers where the box ends.
const close = (room: Room, length: number, key: KeyObject, belongsTo: string): number => {
  const bound = boundOf(belongsTo);
  putFreshIv(room.bytes);
  encryptIn(room, length, bytesOf(key), bound, bound.write(belongsTo));
  return textAt + length;
};

const open = (room: Room, end: number, key: KeyObject, belongsTo: string): void => {
  if (end < textAt) throw new BoxBroken('sealed bytes are cut short');
  const bound = boundOf(belongsTo);
  if (!decryptIn(room, end - textAt, bytesOf(key), bound, bound.write(belongsTo)))
    throw new BoxBroken(
      'sealed bytes do not open: they were changed, or stand in another place than they were made for',
    );
};

/** AES-256-GCM under a random 96-bit IV: IV (12 bytes), tag (16), ciphertext. `belongsTo` must be given again to decrypt. */
export const encrypt = (key: KeyObject, belongsTo: string, clear: Uint8Array): Buffer => {
  const room = roomOf(clear.length);
  room.text.set(clear);
  return Buffer.from(room.bytes.subarray(0, close(room, clear.length, key, belongsTo)));
};

/** The same of a text, in base64. */
export const encryptText = (key: KeyObject, belongsTo: string, clear: string): string => {
  const room = roomOf(clear.length * 3);
  return room.bytes.toString('base64', 0, close(room, room.text.write(clear), key, belongsTo));
};

/** What {@link encrypt} was given. Throws {@link BoxBroken}. */
export const decrypt = (key: KeyObject, belongsTo: string, box: Uint8Array): Buffer => {
  const room = roomOf(box.length);
  room.bytes.set(box);
  open(room, box.length, key, belongsTo);
  return Buffer.from(room.bytes.subarray(textAt, box.length));
};

/** What {@link encryptText} was given. Throws {@link BoxBroken}. */
export const decryptText = (key: KeyObject, belongsTo: string, box: string): string => {
  const room = roomOf(box.length);
  const end = room.bytes.write(box, 'base64');
  open(room, end, key, belongsTo);
  return room.bytes.toString('utf8', textAt, end);
};
