import { z } from 'zod';
import { slug } from '../words.ts';

/** A calendar by its name in addresses and rules; never personal. */
export const calendarName = slug('berlin-office');

/** `first-response`: the first answer in a matter. `next-response`: every later one. */
export const promiseTarget = z.enum(['first-response', 'next-response']);

/** What a bot's or an automatic reply does to a promise: nothing, or it meets it, or it pauses it until the customer writes. */
export const automaticReply = z.enum(['ignored', 'meets', 'pauses']);
