import { Rejection } from '@throughline/decider';
import { check } from '@throughline/host';
import type { Fork } from '@throughline/ledger';
import { z } from 'zod';

/** A place in one ledger: which one, as of which fork, and the position up to which all was read. */
export type Place = { readonly ledger: string; readonly fork: Fork; readonly position: bigint };

const version = 1;
// An id is there only where the fork has one: who does not know of ids takes no fifth.
const token = z.tuple([
  z.literal(version),
  z.string(),
  z.int().min(1),
  z.coerce.bigint().min(0n),
  z.string().nullable().default(null),
]);

const faulty = (reason: string): Rejection =>
  new Rejection('InvalidQuery', `The token ${reason}.`, [{ pointer: '/resume', reason }]);

/** A place as callers keep it. */
export const tokenOf = ({ ledger, fork: { epoch, id }, position }: Place): string =>
  Buffer.from(JSON.stringify([version, ledger, epoch, String(position), ...(id === null ? [] : [id])])).toString(
    'base64url',
  );

/** The place in a token. Throws `InvalidQuery` at `/resume` where it is none. */
export const placeIn = (text: string): Place => {
  const reason = 'is not one that was given out here';
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw faulty(reason);
  }
  const checked = check(token, value);
  if ('faults' in checked) throw faulty(reason);
  const [, ledger, epoch, position, id] = checked.value;
  return { ledger, fork: { epoch, id }, position };
};
