import { Rejection } from '@throughline/decider';
import { check, parseJson } from '@throughline/host';
import type { SignedCheckpoint } from '@throughline/ledger';
import { z } from 'zod';

const hex = z.string().regex(/^[0-9a-f]{64}$/, 'is not 64 hexadecimal digits');

/** A signed checkpoint as it is shown, kept and brought back. */
export const checkpointShape = z.strictObject({
  ledger: hex.describe('Which ledger: the hash of its first batch.'),
  epoch: z.int().min(1).describe('How often the ledger was forked by then.'),
  position: z.int().min(1).describe('The head.'),
  hash: hex.describe('The hash of the batch that ends there.'),
  at: z.iso.datetime().describe('When that was.'),
  key: hex.describe('The SHA-256 of the public key (SPKI, DER).'),
  signature: z.base64().max(128).describe('Ed25519 over these fields, a line each: docs/proof.md.'),
});

/** A checkpoint in JSON. */
export type CheckpointShape = z.infer<typeof checkpointShape>;

export const shapeOf = (signed: SignedCheckpoint): CheckpointShape => ({
  ...signed,
  position: Number(signed.position),
});
export const signedOf = (shape: CheckpointShape): SignedCheckpoint => ({ ...shape, position: BigInt(shape.position) });

export const checkpointJson = (signed: SignedCheckpoint): string => JSON.stringify(shapeOf(signed), undefined, 2);

/** Reads what {@link checkpointJson} wrote. Rejects with `CheckpointForeign` where it is none. */
export const readCheckpoint = (text: string, name = 'The file'): SignedCheckpoint => {
  const parsed = parseJson(Buffer.from(text));
  const checked = 'value' in parsed ? check(checkpointShape, parsed.value) : undefined;
  if (checked && 'value' in checked) return signedOf(checked.value);
  throw new Rejection('CheckpointForeign', `${name} is no checkpoint.`);
};
