import { z } from 'zod';
import { instant, quarter, uuid } from '../words.ts';
import { party } from './party.ts';

/** For how long what customers said is kept. */
export const RetentionPolicySet = z.strictObject({
  /** How many past quarters beside the one that goes on; for ever without it. */
  keep: z.int().min(1).max(400).optional(),
  /** For how many days it is told before something expires by itself. */
  notice: z.int().min(0).max(366),
  /** Nothing expires by itself before. */
  from: instant,
});

/** What was sealed for these handles in a quarter has expired; the append of this event makes their keys destroyed ones. */
export const ContentExpired = z.strictObject({ quarter, subjects: z.array(uuid) });

/**
 * The handle and the name of a customer of whom nothing else tells them: who is still around, told again before what told
 * them last expires; or who called, and said nothing yet.
 */
export const HandleRemembered = z.strictObject({ party });
