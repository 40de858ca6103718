import koffi from 'koffi';

/*
 * OpenSSL, called directly: Node carries it and exports its symbols to addons (nodejs.org/api/addons.html, "Linking to
 * libraries included with Node.js"). node:crypto makes an object for each message, which costs more than the work itself,
 * and as much again when thousands of them are collected at once while everybody waits.
 */
const openssl = koffi.load(null);

declare const context: unique symbol;
type Context = { readonly [context]: true };
type Bytes = Buffer | null;
type Done = 0 | 1;

const newContext: () => Context = openssl.func('void *EVP_CIPHER_CTX_new(void)');
const aes256gcm: () => object = openssl.func('const void *EVP_aes_256_gcm(void)');
const init: (of: Context, cipher: object | null, engine: null, key: Bytes, iv: Bytes, encrypts: Done) => Done =
  openssl.func(
    'int EVP_CipherInit_ex(void *of, const void *cipher, void *engine, const void *key, const void *iv, int encrypts)',
  );
const update: (of: Context, out: Bytes, written: Int32Array, from: Buffer, length: number) => Done = openssl.func(
  'int EVP_CipherUpdate(void *of, void *out, void *written, const void *from, int length)',
);
const final: (of: Context, out: Buffer, written: Int32Array) => Done = openssl.func(
  'int EVP_CipherFinal_ex(void *of, void *out, void *written)',
);
const control: (of: Context, what: number, length: number, bytes: Buffer) => Done = openssl.func(
  'int EVP_CIPHER_CTX_ctrl(void *of, int what, int length, void *bytes)',
);
const clearErrors: () => void = openssl.func('void ERR_clear_error(void)');

// EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG of openssl/evp.h.
const getTag = 0x10;
const setTag = 0x11;

const contextFor = (encrypts: Done): Context => {
  const made = newContext();
  if (!init(made, aes256gcm(), null, null, null, encrypts)) throw new Error('OpenSSL has no AES-256-GCM');
  return made;
};

// One of each for all messages: nothing here waits.
const encrypting = contextFor(1);
const decrypting = contextFor(0);
const written = new Int32Array(1);

export const keyLength = 32;
export const ivLength = 12;
export const tagLength = 16;
const head = ivLength + tagLength;

/** Room for a message of at most `most` bytes, whose text stands at `text`, IV and tag before it as in a box. */
export type Room = {
  readonly bytes: Buffer;
  readonly tag: Buffer;
  readonly text: Buffer;
};

/** Fresh room for a text of so many bytes. */
export const roomFor = (most: number): Room => {
  const bytes = Buffer.allocUnsafeSlow(head + most);
  return { bytes, tag: bytes.subarray(ivLength, head), text: bytes.subarray(head) };
};

/** Where its text begins in a box, which is IV, tag and text. */
export const textAt = head;

// Lengths are checked before an address leaves JavaScript: beyond it nobody does.
const check = (key: Buffer, bound: Buffer, boundLength: number, { text }: Room, length: number): void => {
  if (key.length !== keyLength) throw new Error(`a key of ${key.length} bytes is none for AES-256`);
  if (boundLength > bound.length || length > text.length) throw new Error('a message is longer than its room');
};

/** Encrypts the first `length` bytes of the text where they stand, under the IV that stands before them, and puts the tag between. */
export const encryptIn = (room: Room, length: number, key: Buffer, bound: Buffer, boundLength: number): void => {
  check(key, bound, boundLength, room, length);
  const { bytes, tag, text } = room;
  const done =
    init(encrypting, null, null, key, bytes, 1) &&
    update(encrypting, null, written, bound, boundLength) &&
    update(encrypting, text, written, text, length) &&
    final(encrypting, text, written) &&
    control(encrypting, getTag, tagLength, tag);
  if (!done) throw failed();
};

/** Decrypts them where they stand. False where they, what they are bound to or the key are not those of the tag; they are worthless then. */
export const decryptIn = (room: Room, length: number, key: Buffer, bound: Buffer, boundLength: number): boolean => {
  check(key, bound, boundLength, room, length);
  const { bytes, tag, text } = room;
  const done =
    init(decrypting, null, null, key, bytes, 0) &&
    update(decrypting, null, written, bound, boundLength) &&
    update(decrypting, text, written, text, length) &&
    control(decrypting, setTag, tagLength, tag);
  if (!done) throw failed();
  const isWhole = final(decrypting, text, written) === 1;
  if (!isWhole) clearErrors();
  return isWhole;
};

// What OpenSSL notes of an error stays, and the next to look would take it for its own.
const failed = (): Error => {
  clearErrors();
  return new Error('OpenSSL could not encrypt or decrypt');
};
