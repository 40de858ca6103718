import { z } from 'zod';
import { personal } from '../personal.ts';
import { instant, uuid } from '../words.ts';
import { party } from './party.ts';

/** Somebody is to do something for a customer by an instant. */
export const TaskScheduled = z.strictObject({
  task: uuid,
  subject: uuid,
  what: personal(z.string(), 'subject').optional(),
  owner: party,
  due: instant,
});

/** A task was done. */
export const TaskCompleted = z.strictObject({
  task: uuid,
  subject: uuid,
  outcome: personal(z.string(), 'subject').optional(),
});

/** Who is responsible for a customer or an account from now on; without `owner`, nobody. */
export const OwnerAssigned = z.strictObject({
  of: z.enum(['customer', 'account']),
  subject: uuid,
  owner: party.optional(),
});
