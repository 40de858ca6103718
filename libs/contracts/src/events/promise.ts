import { z } from 'zod';
import { channel, instant, kind, plainId, uuid } from '../words.ts';
import { automaticReply, calendarName, promiseTarget } from './due.ts';

const place = {
  matter: uuid,
  promise: uuid,
  target: promiseTarget,
  /** The how manieth thing that is told of this promise; that it was made is the first. */
  revision: z.int().min(1),
  at: instant,
  /**
   * Up to where all that was said was looked at when this was decided: who looked at less adds nothing to it. Absent where
   * nothing was looked at, as with what became due.
   */
  heard: z.int().min(0).optional(),
};

/** What an instant was counted with: the calendar and its version, and the version of the time zones' rules. */
const counted = {
  calendar: calendarName,
  /** 0 is the calendar as it comes, before anybody defined it. */
  calendarVersion: z.int().min(0),
  tzdata: plainId(64),
};

/** Which message is to be answered: the first one that nobody of ours answered before. */
const question = {
  interaction: uuid,
  conversation: uuid,
  /** When the customer wrote, however late it came in. */
  countedFrom: instant,
};

/** The customer is to have an answer by `dueAt`, which is never computed again. `at` is when that was decided. */
export const PromiseMade = z.strictObject({
  ...place,
  subject: uuid,
  ...question,
  channel,
  kind: kind.optional(),
  dueAt: instant,
  /** How much working time there was (ISO 8601). */
  within: z.string(),
  ...counted,
  /** The version of the tenant's policy; 0 is the usual one. */
  policyVersion: z.int().min(0),
  automatic: automaticReply,
});

/** It waits for the customer, and for no time of ours. */
export const PromisePaused = z.strictObject({
  ...place,
  because: z.enum(['hand', 'automatic']),
  /** The reply that asked them. */
  by: uuid.optional(),
  /** The working time that is left (ISO 8601). */
  left: z.string(),
});

/** The customer wrote, at `at`: what time was left counts again. */
export const PromiseResumed = z.strictObject({ ...place, by: uuid, dueAt: instant, ...counted });

/** It was answered, at `at`: in time, or `late` after it was breached. */
export const PromiseMet = z.strictObject({ ...place, by: uuid, late: z.boolean() });

/** It was not answered by its `dueAt`, which is `at`. */
export const PromiseBreached = z.strictObject({ ...place });

/** No answer is due any more: its matter was closed, or its message is in the matter no more. */
export const PromiseEnded = z.strictObject({ ...place, because: z.enum(['closed', 'withdrawn']) });

/** Something that came in late changes what was told: from now on all of this holds, and nothing from before it. */
export const PromiseCorrected = z.strictObject({
  ...place,
  /** The event that came late. */
  because: uuid,
  ...question,
  /** Absent while it waits for the customer. */
  dueAt: instant.optional(),
  paused: z.strictObject({ at: instant, left: z.string() }).optional(),
  ...counted,
  breached: z.boolean(),
  met: z.strictObject({ by: uuid, at: instant }).optional(),
  ended: z.strictObject({ because: z.enum(['closed', 'withdrawn']), at: instant }).optional(),
});

/** What a tenant promises, by the first rule that fits. */
export const PromisePolicySet = z.strictObject({
  version: z.int().min(1),
  rules: z.array(
    z.strictObject({
      targets: z.array(promiseTarget).optional(),
      channels: z.array(channel).optional(),
      kinds: z.array(kind).optional(),
      /** Working time (ISO 8601); nothing is promised without it. */
      within: z.string().optional(),
      calendar: calendarName,
      automatic: automaticReply,
    }),
  ),
});

const span = z.strictObject({ from: z.string(), to: z.string() });
const day = z.array(span).optional();

/** When people work: on which days of the week from when to when, by the clocks of a time zone, holidays apart. */
export const CalendarDefined = z.strictObject({
  calendar: calendarName,
  version: z.int().min(1),
  zone: plainId(64),
  hours: z.strictObject({
    monday: day,
    tuesday: day,
    wednesday: day,
    thursday: day,
    friday: day,
    saturday: day,
    sunday: day,
  }),
  holidays: z.array(z.iso.date()),
});
