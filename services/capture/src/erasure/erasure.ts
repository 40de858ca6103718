import {
  type Certificate,
  certificate,
  type CertificateStore,
  certificateText,
  type DataOf,
  derivedId,
  type Event,
  type Statement,
} from '@throughline/contracts';
import type { Decision, Stream } from '@throughline/decider';
import { keyIdOf } from '@throughline/ledger';
import { keyId, quarterOf, type SigningKey } from '@throughline/privacy';
import { sign } from 'node:crypto';

/** What the stream of a customer's oldest handle says of its erasure. */
export type Erasure = { readonly is: 'none' } | { readonly is: 'erased' };

export const erasures: Stream<Erasure, Event<'SubjectErased'>> = {
  initial: { is: 'none' },
  evolve: () => ({ is: 'erased' }),
};

/** Whoever is erased already is no news. */
export const erase =
  (data: DataOf<'SubjectErased'>): Decision<Erasure, Event<'SubjectErased'>> =>
  ({ is }) =>
    is === 'erased' ? [] : [{ type: 'SubjectErased', data }];

/** The id of a customer's erasure: the same, whoever asks for it and however often. */
export const erasureId = (tenant: string, customer: string): string => derivedId('erasure', tenant, customer);

/** The id of the event that ends it. */
export const completionId = (tenant: string, erasure: string): string => derivedId('erasure complete', tenant, erasure);

/**
 * The keys of handles that may be made while the erasure is appended: those of this quarter, and of the next one, which may
 * begin meanwhile.
 */
export const keysAhead = (subjects: readonly string[], now: Date): string[] => {
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 3, 1));
  return subjects.flatMap((subject) => [keyId(subject, quarterOf(now)), keyId(subject, quarterOf(next))]);
};

/** What the stores came to. */
export type Findings = {
  readonly now: Date;
  readonly keysDestroyedAt: Date;
  /** For how long a backup of the keys is kept, in days. */
  readonly backupDays: number;
  readonly stores: readonly CertificateStore[];
};

const dayMs = 86_400_000;

/** What is certified of an erasure. */
export const statementOf = (
  erasure: Omit<Statement, 'keysDestroyedAt' | 'completedAt' | 'backupsUntil' | 'stores'>,
  { now, keysDestroyedAt, backupDays, stores }: Findings,
): Statement =>
  // Moments in their one spelling: what is signed is the same for whoever reads it by the schema.
  certificate.parse({
    ...erasure,
    keysDestroyedAt: keysDestroyedAt.toISOString(),
    completedAt: now.toISOString(),
    backupsUntil: new Date(keysDestroyedAt.getTime() + backupDays * dayMs).toISOString(),
    stores,
  });

/** The same signed; as it is where there is no key. */
export const signedBy = (statement: Statement, key: SigningKey | undefined): Certificate => {
  if (!key) return statement;
  const named = { ...statement, key: keyIdOf(key.publicKey) };
  const signature = sign(null, Buffer.from(certificateText(named)), key.privateKey).toString('base64');
  return { ...named, signature };
};
