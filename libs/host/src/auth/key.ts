import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from './caller.ts';
import type { Right } from './rights.ts';

/** Whom a key stands for; nothing where it is not known, was revoked or has expired. By the SHA-256 of its text. */
export type KeyFinder = (digest: Buffer) => Promise<(Caller & { readonly rights: ReadonlySet<Right> }) | undefined>;

const form = /^tl_[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of an API key: `tl_` and 32 bytes in base64url. */
export const isKey = (text: string): boolean => form.test(text);

/** Whether somebody who wrote this meant a key, however wrong it is: no token begins so. */
export const isMeantAsKey = (text: string): boolean => text.startsWith('tl_');

/** A new API key: `tl_` and 32 random bytes. */
export const newKey = (): string => `tl_${randomBytes(32).toString('base64url')}`;

/**
 * What is kept of a key. One round of SHA-256 is right here, though not for passwords: nobody can guess 32 random bytes,
 * so that slow hashing and salt would protect nothing.
 */
export const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();
