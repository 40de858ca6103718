import { z } from 'zod';
import { instant, uuid } from './words.ts';

/** What became of a person in one store. */
const store = z.strictObject({
  /** Its name: `ledger`, `keys`, a projection such as `timeline@1`. */
  name: z.string(),
  /**
   * `unreadable`: what is left there is sealed under keys that are destroyed · `removed` · `expires`: it is gone by `until` ·
   * `theirs`: it was written to a CRM, which keeps or forgets it by its own rules.
   */
  is: z.enum(['unreadable', 'removed', 'expires', 'theirs']),
  /** Up to which position it had read the ledger. */
  position: z.int().optional(),
  /** How many keys, items or records. */
  count: z.int().optional(),
  until: instant.optional(),
});

/** What a certificate says. No address, name or word of the person: ids are keyed hashes of handles. */
const statement = z.strictObject({
  tenant: z.string(),
  /** The id of the event that began it, `SubjectErased`. */
  erasure: uuid,
  customer: uuid,
  subjects: z.array(uuid),
  position: z.int(),
  erasedAt: instant,
  /** From then on no store of keys has them. */
  keysDestroyedAt: instant,
  completedAt: instant,
  /** Until then a backup of the keys may exist that was made before. */
  backupsUntil: instant,
  stores: z.array(store),
});

/** What a {@link Certificate} is signed by: Ed25519, both or neither. */
const signature = {
  /** By which key: the SHA-256 of its public half (SPKI, DER), hexadecimal. */
  key: z.string().optional(),
  /** Ed25519 (RFC 8032) over {@link certificateText}, base64. */
  signature: z.string().optional(),
};

/** The proof that a person was erased. */
export const certificate = statement.extend(signature);

export type CertificateStore = z.infer<typeof store>;
export type Statement = z.infer<typeof statement>;
export type Certificate = z.infer<typeof certificate>;

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, inOrder(inner)]),
  );
};

/** What is signed: a line that says what it is, then the certificate without its signature as JSON, names sorted, and a line feed. */
export const certificateText = (certificate: Certificate): string =>
  `throughline erasure 1\n${JSON.stringify(inOrder({ ...certificate, signature: undefined }))}\n`;
