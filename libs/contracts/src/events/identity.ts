import { z } from 'zod';
import { certificate } from '../certificate.ts';
import { personal } from '../personal.ts';
import { uuid } from '../words.ts';
import { party } from './party.ts';

/** Evidence that two handles are the same customer. */
export const HandlesLinked = z.strictObject({
  link: uuid,
  a: party,
  b: party,
  rule: z.enum(['declared', 'same-address', 'by-hand']),
  evidence: z.array(uuid),
  confidence: z.number().min(0).max(1),
});

/** A link no longer holds; the rule that made it does not make it again. */
export const LinkRetracted = z.strictObject({
  link: uuid,
  a: uuid,
  b: uuid,
  subject: uuid,
  reason: personal(z.string(), 'subject').optional(),
});

/** What a person wrote down about a customer. */
export const NoteWritten = z.strictObject({
  note: uuid,
  subject: uuid,
  discussed: personal(z.string(), 'subject').optional(),
  decided: personal(z.string(), 'subject').optional(),
  text: personal(z.string(), 'subject').optional(),
  nextStep: z
    .strictObject({
      what: personal(z.string(), 'subject').optional(),
      owner: party.optional(),
      due: z.string().optional(),
    })
    .optional(),
  /** History brought by an import: shown, never acted on. */
  backfill: z.boolean().optional(),
});

/** A person is to be forgotten; the append of this event makes the named keys destroyed ones. */
export const SubjectErased = z.strictObject({
  /** All handles of the person, by then. */
  subjects: z.array(uuid),
  keys: z.array(z.string()),
  reason: z.string().optional(),
  /** The customer that the handles were; one of them. */
  customer: uuid.optional(),
});

/** Every store let go of a person. The certificate says so store by store, and nothing of the person. */
export const ErasureCompleted = z.strictObject({ erasure: uuid, certificate });
