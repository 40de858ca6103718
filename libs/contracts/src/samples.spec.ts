import { describe, expect, it } from '@jest/globals';
import { breaking } from '../test/breaking.ts';
import { names, releasedSchemaOf, sampleOf } from '../test/samples.ts';
import { eventSchemas, jsonSchemaOf, metaText, parseStored, schemaVersions, UnknownEvent } from './index.ts';

type Schema = { properties?: Record<string, Schema>; items?: Schema };

/** Every field that a JSON Schema knows, by JSON Pointer, an asterisk for every item. */
const fieldsOf = ({ properties = {}, items }: Schema, at = ''): string[] => [
  ...Object.entries(properties).flatMap(([name, field]) => [`${at}/${name}`, ...fieldsOf(field, `${at}/${name}`)]),
  ...(items ? fieldsOf(items, `${at}/*`) : []),
];

const valueFields = (value: unknown, at = ''): string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => valueFields(item, `${at}/*`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => [`${at}/${name}`, ...valueFields(item, `${at}/${name}`)]);
};

describe.each(names)('the golden sample of %s', (name) => {
  const { stored, opened } = sampleOf(name);
  const text = { type: stored.type, data: JSON.stringify(stored.data), meta: JSON.stringify(stored.meta) };

  it('is read as it was stored, its seals apart', () => {
    const { type, data, seals, meta } = parseStored(text);
    expect(type).toBe(name);
    expect(meta).toEqual(stored.meta);
    expect({ ...data, ...(seals.length > 0 && { sealed: seals }) }).toEqual(stored.data);
  });

  it('is valid with the least that was ever asked for, personal fields gone', () =>
    expect(eventSchemas[name].safeParse(parseStored(text).data)).toMatchObject({ success: true }));

  it('is valid whole', () => expect(eventSchemas[name].strict().safeParse(opened)).toMatchObject({ success: true }));

  it('has every field that the schema knows', () => {
    const within = new Set(valueFields(opened));
    const missing = fieldsOf(jsonSchemaOf(name) as Schema).filter((field) => !within.has(field));
    expect(missing).toEqual([]);
  });

  it('and all other data of its release stay valid', () =>
    expect([...breaking(releasedSchemaOf(name) as Schema, jsonSchemaOf(name) as Schema)]).toEqual([]));
});

const everStored = names.flatMap((name) => Array.from({ length: schemaVersions[name] }, (_, at) => [name, at + 1] as const)); // prettier-ignore

it.each(everStored)('what was stored of %s in version %i is valid today', (name, version) => {
  const { stored } = sampleOf(name, version);
  const meta = { ...stored.meta, schema: version };
  const { data } = parseStored({ type: stored.type, data: JSON.stringify(stored.data), meta: JSON.stringify(meta) });
  expect(stored.meta).toEqual(meta);
  expect(eventSchemas[name].safeParse(data)).toMatchObject({ success: true });
});

describe('a breaking change', () => {
  const before = {
    type: 'object',
    properties: {
      text: { type: 'string', maxLength: 10, personal: 'author' },
      kinds: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
    },
    required: ['text'],
  };
  const { text, kinds } = before.properties;
  const changed = (properties: object, required = ['text']) => [
    ...breaking(before, { type: 'object', properties: { text, kinds, ...properties }, required }),
  ];

  it.each([
    ['a field is gone', { text: undefined }, '/text: gone'],
    ['a type is another', { text: { ...text, type: 'number' } }, '/text: type'],
    ['a field is another’s', { text: { ...text, personal: 'subject' } }, '/text: whose it is'],
    ['a bound is tighter', { text: { ...text, maxLength: 9 } }, '/text: maxLength'],
    ['a bound is new', { text: { ...text, minLength: 1 } }, '/text: minLength'],
    ['a pattern is new', { text: { ...text, pattern: 'a' } }, '/text: pattern'],
    ['a format is new', { text: { ...text, format: 'uuid' } }, '/text: format'],
    ['a choice is gone', { kinds: { ...kinds, items: { type: 'string', enum: ['a'] } } }, '/kinds/*: b is gone'],
    ['a choice is forced', { text: { ...text, enum: ['a'] } }, '/text: anything is gone'],
  ])('is seen where %s', (_, properties, reason) => expect(changed(properties)).toEqual([reason]));

  it('is seen where a field is asked for', () =>
    expect(changed({ more: { type: 'string' } }, ['text', 'more'])).toEqual(['/more: required']));

  it('is not what grows', () =>
    expect(
      changed({ more: { type: 'string' }, kinds: { ...kinds, items: { type: 'string', enum: ['a', 'b', 'c'] } } }, []),
    ).toEqual([]));
});

describe('a stored event that this build does not know', () => {
  const { stored } = sampleOf('SessionEnded');
  const data = JSON.stringify(stored.data);

  it('is named by its type', () =>
    expect(() => parseStored({ type: 'SomethingNew', data, meta: '{"actor":"bo","schema":1}' })).toThrow(UnknownEvent));

  it('is named by the version of its schema', () =>
    expect(() => parseStored({ type: 'SessionEnded', data, meta: '{"actor":"bo","schema":2}' })).toThrow(/version 2/));

  it('is never written', () =>
    expect(JSON.parse(metaText('SessionEnded', { actor: 'bo' }))).toEqual({ actor: 'bo', schema: 1 }));
});
