import { z } from 'zod';
import { personal } from '../personal.ts';
import { instant, plainId, uuid } from '../words.ts';
import { party } from './party.ts';

const attempt = z.int().min(1);

/** Why, as a word that programs know. What a CRM itself said of it may quote somebody, and is sealed as `detail`. */
const reason = plainId(64);

const aside = z.strictObject({
  delivery: uuid,
  /** The attempt that came to this. */
  attempt,
  subject: uuid,
  reason,
  detail: personal(z.string(), 'subject').optional(),
});

/**
 * Something is to be written to a CRM, once. It carries no words: these are read from the ledger when it is written, so
 * that a record is written as it is known by then.
 */
export const DeliveryPlanned = z.strictObject({
  delivery: uuid,
  connection: uuid,
  /** A session as a typed activity, a note, a task, or the dates and the next step of the contact. */
  record: z.enum(['activity', 'note', 'task', 'contact']),
  /** What the record is known by in the CRM: the same for all deliveries that write it. */
  reference: uuid,
  /** The handle whose contact it is written to. */
  subject: uuid,
  /** Other customers whom it is about. */
  also: z.array(uuid).optional(),
  conversation: uuid.optional(),
  session: z.int().min(1).optional(),
  note: uuid.optional(),
  task: uuid.optional(),
});

/** It is being written; appended before anything is sent, so that who finds it without an outcome knows not what was. */
export const DeliveryAttempted = z.strictObject({
  delivery: uuid,
  attempt,
  /** Why the attempt before came to nothing, where that is known. */
  after: reason.optional(),
});

/** The CRM has it. */
export const DeliveryConfirmed = z.strictObject({
  delivery: uuid,
  attempt,
  made: z.enum(['created', 'updated', 'unchanged']),
  /** The record's id in the CRM; a contact's own is not told. */
  remote: plainId(256).optional(),
});

/** The CRM does not take it as it is: a person must look. */
export const DeliveryRejected = aside;

/** It could not be written for now; the same may succeed later, when somebody asks for it. */
export const DeliveryParked = aside;

/** What was rejected or parked is to be tried again. */
export const DeliveryRetried = z.strictObject({ delivery: uuid });

/** It is not to be written any more. */
export const DeliveryDropped = z.strictObject({ delivery: uuid, reason: reason.optional() });

/** What a CRM knew of a customer at a moment. */
export const CrmContextRead = z.strictObject({
  connection: uuid,
  subject: uuid,
  at: instant,
  /** How many contacts of the CRM the customer is. */
  found: z.enum(['none', 'one', 'several']),
  /** Who is responsible, by the CRM. */
  owner: party.optional(),
  /** A class of customers, such as `gold`: decisions need it. */
  tier: plainId(64).optional(),
  contact: personal(z.string(), 'subject').optional(),
  value: personal(z.strictObject({ amount: z.number(), currency: z.string().optional() }), 'subject').optional(),
  renewal: personal(z.string(), 'subject').optional(),
  deals: personal(
    z.array(
      z.strictObject({
        name: z.string(),
        stage: z.string().optional(),
        amount: z.number().optional(),
        currency: z.string().optional(),
        closes: z.string().optional(),
      }),
    ),
    'subject',
  ).optional(),
  purchases: personal(
    z.array(z.strictObject({ product: z.string(), at: z.string().optional(), amount: z.number().optional() })),
    'subject',
  ).optional(),
  loyalty: personal(
    z.strictObject({ level: z.string().optional(), points: z.number().optional() }),
    'subject',
  ).optional(),
});
