import { createHash } from 'node:crypto';
import type { Position } from '../ledger.ts';

/** What was appended in one flush, as it is read for its proof. */
export type BatchRow = {
  readonly first: Position;
  readonly last: Position;
  /** Microseconds since 1970. */
  readonly recordedAt: bigint;
  readonly writer: string;
  readonly flush: string;
  readonly epoch: number;
  /** The id of its fork; null in what is older than ids. */
  readonly fork: string | null;
  readonly prevHash: Buffer;
  readonly hash: Buffer;
  /** How many of its events are there, and their leaves in order of position: 32 bytes each. */
  readonly events: number;
  readonly leaves: Buffer;
};

/** What is wrong, and the position that it is wrong at: of an event, or the first of the batch that it is in. */
export type Fault = { readonly position: Position; readonly reason: string };

/** The end of a chain: what the next batch has to follow. */
export type Tip = {
  readonly position: Position;
  readonly recordedAt: bigint;
  readonly epoch: number;
  readonly hash: Buffer;
};

/** Before the first batch: a hash of 32 zero bytes. */
export const genesis: Tip = { position: 0n, recordedAt: 0n, epoch: 1, hash: Buffer.alloc(32) };

const separator = '\u001e';

/** A batch's hash: SHA-256 over the hash before it, the hash of its own columns and its fork's id, and its leaves. */
export const linkOf = (before: Buffer, batch: BatchRow): Buffer => {
  const { first, last, recordedAt, writer, flush, epoch, fork, leaves } = batch;
  const columns = [first, last, recordedAt, writer, flush, epoch, ...(fork === null ? [] : [fork])];
  const own = createHash('sha256').update(columns.join(separator)).digest();
  return createHash('sha256').update(before).update(own).update(leaves).digest();
};

const stretchOf = ({ first, last }: BatchRow): string =>
  first === last ? `the event at ${first}` : `one of the events from ${first} to ${last}`;

/** What is wrong with a batch that should follow `tip`, except for events that are missing; undefined where nothing is. */
export const faultOf = (tip: Tip, batch: BatchRow): Fault | undefined => {
  const { first, last, prevHash, hash, recordedAt, epoch } = batch;
  const fault = (reason: string, position = first): Fault => ({ position, reason });
  if (first > tip.position + 1n)
    return fault(`the batch that holds position ${tip.position + 1n} is missing`, tip.position + 1n);
  if (first !== tip.position + 1n || last < first)
    return fault(`the batch from ${first} to ${last} overlaps the one that ends at ${tip.position}`);
  if (!prevHash.equals(tip.hash)) return fault(`the batch does not continue the one that ends at ${tip.position}`);
  if (recordedAt <= tip.recordedAt) return fault('the batch was not recorded after the one before it');
  if (epoch < tip.epoch) return fault(`the batch is of epoch ${epoch}, after one of epoch ${tip.epoch}`);
  if (!linkOf(tip.hash, batch).equals(hash)) return fault(`${stretchOf(batch)}, or the batch itself, was changed`);
  return undefined;
};

/** The end of the chain after a batch. */
export const tipOf = ({ last, recordedAt, epoch, hash }: BatchRow): Tip => ({
  position: last,
  recordedAt,
  epoch,
  hash,
});
