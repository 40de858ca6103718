import { type DataOf, instant, plainText } from '@throughline/contracts';
import { normaliseHandle } from '@throughline/identity';
import { z } from 'zod';

const words = plainText(100_000);

/** What a person writes down about a customer: at least one of its fields. */
export const noteBody = z
  .strictObject({
    text: words.optional(),
    discussed: words.optional(),
    decided: words.optional(),
    nextStep: z
      .strictObject({
        what: words,
        owner: z.string().max(512).optional().describe('Who is to do it: email:bo@acme.example'),
        due: instant.optional(),
      })
      .optional(),
  })
  .refine(
    (body) => Object.values(body).some((value) => value !== undefined),
    'says nothing: it needs text, discussed, decided or nextStep',
  );

export type NoteBody = z.infer<typeof noteBody>;

/** The note as an event about a customer. Throws Rejection `HandleInvalid`. */
export const noteOf = (
  { nextStep, ...said }: NoteBody,
  note: string,
  subject: string,
  handleId: (handle: string) => string,
): DataOf<'NoteWritten'> => {
  if (!nextStep) return { note, subject, ...said };
  const { owner, ...step } = nextStep;
  if (owner === undefined) return { note, subject, ...said, nextStep: step };
  const { handle } = normaliseHandle(owner, '/nextStep/owner');
  return { note, subject, ...said, nextStep: { ...step, owner: { id: handleId(handle), handle } } };
};
