import { z } from 'zod';

/**
 * Whose a personal field is:
 * `holder` the party (handle or account) whose object it stands in, by that object's `id`;
 * `author` the customer who wrote it, or all customers jointly where it was not a customer;
 * `customers` all customers of the interaction jointly (gone with any one of them);
 * `subject` the handle that the event is about.
 */
export type Whose = 'holder' | 'author' | 'customers' | 'subject';

/** Marks a field as personal: it is sealed from the first event on under the keys of its owners. */
export const personal = <T extends z.ZodType>(schema: T, whose: Whose): T => schema.meta({ personal: whose });

/** Where a personal field stands (`*` for every item of a list), and whose it is. */
export type PersonalField = { readonly path: readonly string[]; readonly whose: Whose };

/** The personal fields that an event's schema declares. */
export const personalFields = (schema: z.ZodType, path: readonly string[] = []): PersonalField[] => {
  const whose = schema.meta()?.['personal'] as Whose | undefined;
  if (whose) return [{ path, whose }];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return personalFields(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodArray) return personalFields(schema.element as z.ZodType, [...path, '*']);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, field]) => personalFields(field as z.ZodType, [...path, name]));
  return [];
};
