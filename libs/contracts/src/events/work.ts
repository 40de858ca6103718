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
  /** The note whose next step it is, and whether owner and due date are as it says or what is usual. */
  from: z
    .strictObject({
      note: uuid,
      owner: z.enum(['note', 'responsible', 'author']),
      due: z.enum(['note', 'usual']),
    })
    .optional(),
});

/** A task is to rest until an instant; it stays due when it is. Who wanted it so is the event's actor. */
export const TaskSnoozed = z.strictObject({ task: uuid, subject: uuid, until: instant });

/** Somebody else is to do it: a person said so, or who was to do it is no longer here. */
export const TaskHandedOn = z.strictObject({
  task: uuid,
  subject: uuid,
  from: uuid,
  to: party,
  because: z.enum(['hand', 'agent-removed']),
  /** Who `to` is, where nobody named them: who is responsible for the customer, a team's fallback, a colleague. */
  rule: z.enum(['responsible', 'fallback', 'colleague']).optional(),
});

/** A task was done. */
export const TaskCompleted = z.strictObject({
  task: uuid,
  subject: uuid,
  outcome: personal(z.string(), 'subject').optional(),
});

/** A task is not to be done any more: whom it was for is erased. */
export const TaskCancelled = z.strictObject({ task: uuid, subject: uuid, because: z.enum(['erased']) });

/** Who is responsible for a customer or an account from now on; without `owner`, nobody. */
export const OwnerAssigned = z.strictObject({
  of: z.enum(['customer', 'account']),
  subject: uuid,
  owner: party.optional(),
});
