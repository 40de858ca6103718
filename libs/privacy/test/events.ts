import { type Draft, eventSchemas, type EventName } from '@throughline/contracts';
import fc from 'fast-check';
import { z } from 'zod';

/** Handles that turn up again and again, so that one person has several places in an event. */
export const people = ['a', 'b', 'c', 'd'].map((c) => `${c.repeat(8)}-1111-8111-8111-111111111111`);

const id = fc.oneof(fc.constantFrom(...people), fc.uuid());
const clear = fc.stringMatching(/^clear[a-z]{0,8}$/);
// Long enough not to turn up by chance, and with what has to be escaped.
const secret = fc.string({ minLength: 4, maxLength: 20, unit: 'binary' }).map((text) => `Жanna"\n${text}`);
// As JSON holds it: there is no -0.
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const leaf = (schema: z.ZodType, isPersonal: boolean): fc.Arbitrary<unknown> => {
  if (schema instanceof z.ZodUUID) return id;
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodISODate) return fc.constant('2026-05-04');
  if (schema instanceof z.ZodString) return isPersonal ? secret : clear;
  if (schema instanceof z.ZodNumber) return fc.nat({ max: 3 });
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodPipe) return fc.constant('2026-05-04T09:30:00Z');
  if (schema instanceof z.ZodRecord) return fc.dictionary(secret, json, { minKeys: 1 });
  throw new Error(`no values are known for ${schema.type}`);
};

const valueOf = (schema: z.ZodType, within: boolean): fc.Arbitrary<unknown> => {
  const isPersonal = within || schema.meta()?.['personal'] !== undefined;
  if (schema instanceof z.ZodOptional)
    return fc.option(valueOf(schema.unwrap() as z.ZodType, isPersonal), { nil: undefined });
  if (schema instanceof z.ZodArray)
    return fc.array(valueOf(schema.element as z.ZodType, isPersonal), { minLength: 1, maxLength: 4 });
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([name, field]) => [name, valueOf(field as z.ZodType, isPersonal)]);
    return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>).map(withoutUndefined);
  }
  return leaf(schema, isPersonal);
};

const withoutUndefined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** Any event of that name, personal fields and all. */
export const draftOf = (type: EventName): fc.Arbitrary<Draft> =>
  fc
    .record({
      type: fc.constant(type),
      id: fc.uuid(),
      occurredAt: fc.constant('2026-05-04T09:30:00Z'),
      meta: fc.constant({ actor: 'bo' }),
      data: valueOf(eventSchemas[type], false),
    })
    .map((draft) => draft as Draft);

export const names = Object.keys(eventSchemas) as EventName[];

/** Any event. */
export const anyDraft = fc.constantFrom(...names).chain(draftOf);
