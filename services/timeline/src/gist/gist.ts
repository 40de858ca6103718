import { uuid } from '@throughline/contracts';
import { z } from 'zod';

/** Whose something is and how it began, in one line: what lists show of a matter, a task or a delivery. */
export const gist = z.strictObject({
  of: z.string().describe('What was asked about, as it was asked.'),
  customer: uuid.optional().describe('Whose the handle is by now.'),
  name: z.string().optional(),
  handle: z.string().optional(),
  words: z
    .string()
    .optional()
    .describe(
      'The subject of what they first took part in of the conversation, by any handle of theirs, else its first words.',
    ),
  erased: z.literal(true).optional(),
  sealed: z.literal(true).optional().describe('Names, addresses and words are there, and not opened for you.'),
});
export type Gist = z.infer<typeof gist>;

const asked = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/i;

/** What is asked about: a handle, by its id, and one of its conversations. */
export type Of = { readonly handle: string; readonly conversation?: string };

/** What one of the parts of the parameter `of` names. */
export const named = (of: string): Of => {
  const [handle = '', conversation] = of.toLowerCase().split('.');
  return { handle, ...(conversation !== undefined && { conversation }) };
};

/** The most that is asked about at once: an address may have 16 KiB. */
export const most = 100;

/** Handles by their ids, a conversation's id behind a dot where its words are wanted, commas between. */
export const ofParam = z
  .string()
  .transform((text) => text.split(','))
  .pipe(
    z
      .array(z.string().regex(asked, 'is not the id of a handle, or that and the id of a conversation behind a dot'))
      .max(most),
  ) // prettier-ignore
  .describe(
    'About what, joined by commas: the ids of handles, as `customer` of a matter, a task or a delivery has them; behind a dot the id of a conversation, where its words are wanted.',
  );
