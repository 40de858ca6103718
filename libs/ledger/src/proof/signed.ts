import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import type { Position } from '../ledger.ts';

/** What a ledger was at some moment, in words that are signed. */
export type Checkpoint = {
  /** Which ledger: the hash of its first batch. */
  readonly ledger: string;
  /** How often the ledger was forked by then. */
  readonly epoch: number;
  /** The head. */
  readonly position: Position;
  /** The hash of the batch that ends at the head, which says all that came before. */
  readonly hash: string;
  /** When that was, RFC 3339 in UTC, by the clock of who signs. */
  readonly at: string;
};

/** A checkpoint with its signature: whoever keeps it elsewhere sees by it that a tail was cut off, or a chain written anew. */
export type SignedCheckpoint = Checkpoint & {
  /** By which key: the SHA-256 of its public half (SPKI, DER), hexadecimal. */
  readonly key: string;
  /** Ed25519 (RFC 8032) over the words of {@link checkpointText}, base64. */
  readonly signature: string;
};

/** What is signed: a line each, in this order, each ended by a line feed. */
export const checkpointText = ({ ledger, epoch, position, hash, at }: Checkpoint): string =>
  ['throughline checkpoint 1', ledger, epoch, position, hash, at, ''].join('\n');

/** By what name a key is called: the SHA-256 of its public half (SPKI, DER), hexadecimal. */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');

export const signCheckpoint = (
  checkpoint: Checkpoint,
  { privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
): SignedCheckpoint => ({
  ...checkpoint,
  key: keyIdOf(publicKey),
  signature: sign(null, Buffer.from(checkpointText(checkpoint)), privateKey).toString('base64'),
});

/** Whether it was signed as it is, by that key. */
export const isSignedBy = (signed: SignedCheckpoint, publicKey: KeyObject): boolean =>
  signed.key === keyIdOf(publicKey) &&
  verify(null, Buffer.from(checkpointText(signed)), publicKey, Buffer.from(signed.signature, 'base64'));
