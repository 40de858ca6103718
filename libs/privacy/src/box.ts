import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';

const ivLength = 12;
const tagLength = 16;

// Random bytes cost a system call: they are drawn by the thousand and handed out in slices, each slice once.
const pool = Buffer.allocUnsafeSlow(ivLength * 1024);
let drawn = pool.length;

const freshIv = (): Buffer => {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += ivLength;
  return Buffer.from(pool.subarray(drawn - ivLength, drawn));
};

/** The bytes were changed, belong elsewhere, or the key is another one. */
export class BoxBroken extends Error {
  override readonly name = 'BoxBroken';
}

/** AES-256-GCM under a random 96-bit IV: IV (12 bytes), tag (16), ciphertext. `belongsTo` must be given again to decrypt. */
export const encrypt = (key: KeyObject, belongsTo: string, clear: string | Uint8Array): Buffer => {
  const iv = freshIv();
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(belongsTo));
  const body = typeof clear === 'string' ? cipher.update(clear, 'utf8') : cipher.update(clear);
  cipher.final();
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
};

/** What {@link encrypt} was given. Throws {@link BoxBroken}. */
export const decrypt = (key: KeyObject, belongsTo: string, box: Uint8Array): Buffer => {
  if (box.length < ivLength + tagLength) throw new BoxBroken('sealed bytes are cut short');
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, ivLength))
    .setAAD(Buffer.from(belongsTo))
    .setAuthTag(box.subarray(ivLength, ivLength + tagLength));
  const clear = decipher.update(box.subarray(ivLength + tagLength));
  try {
    decipher.final();
  } catch {
    throw new BoxBroken(
      'sealed bytes do not open: they were changed, or stand in another place than they were made for',
    );
  }
  return clear;
};
