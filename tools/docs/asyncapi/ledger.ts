import { readFileSync } from 'node:fs';
import { type EventName, eventSchemas, jsonSchemaOf, seal, sealed } from '@throughline/contracts';
import { z } from 'zod';
import { about } from '../events.ts';
import { published, type Schema } from './schema.ts';

const names = Object.keys(eventSchemas) as EventName[];

const byName = <Value>(value: (name: EventName) => Value): Readonly<Record<EventName, Value>> =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<EventName, Value>;

type Stored = { readonly data: object; readonly meta: { readonly traceparent?: string } };
const sampleOf = (name: EventName): Stored => {
  const file = new URL(`../../../libs/contracts/samples/${name}.v1.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { stored: Stored }).stored;
};

const schemaOf = (name: EventName): Schema => {
  const { properties, ...schema } = published(jsonSchemaOf(name)) as { properties: object };
  return { title: name, ...schema, properties: { ...properties, [sealed]: { $ref: '#/components/schemas/seals' } } };
};

const seals: Schema = {
  ...published(z.toJSONSchema(z.array(seal))),
  description: 'The personal fields: the keys that open them (`k`), which they are (`f`), and the bytes (`b`).',
};

/** The schemas of the data of all events, as they are stored and travel. */
export const eventPayloads: Readonly<Record<string, Schema>> = { ...byName(schemaOf), seals };

const exampleOf = (name: EventName): object => {
  const { data, meta } = sampleOf(name);
  const stream = `${about[name].stream.split(' ')[0]}-c0c0c0c0-2222-8222-8222-222222222222`;
  const headers = {
    ce_specversion: '1.0',
    ce_id: '0f0f0f0f-1111-5111-8111-111111111111',
    ce_source: `/throughline/default/${stream}`,
    ce_type: name,
    ce_subject: stream,
    ce_time: '2026-05-04T09:30:00Z',
    'content-type': 'application/json',
    ...(meta.traceparent !== undefined && { traceparent: meta.traceparent }),
    position: '42',
    stream,
    'stream-version': '1',
    'recorded-at': '2026-05-04T09:30:00.000012Z',
    meta: JSON.stringify(meta),
    'ledger-epoch': '1',
    'ledger-fork': '4d9c7b1e-58f2-4a3a-9c0e-2f6d1b7a8e55',
    'relay-term': '1',
    prev: '40',
    'ledger-prev': '41',
  };
  return { name: 'stored', headers, payload: data };
};

const key = {
  type: 'string',
  description: '`TENANT|STREAM`: the events of a stream lie in one partition, in their order.',
};
const bindings = { kafka: { key, bindingVersion: '0.5.0' } };
const headers = { $ref: '#/components/schemas/ledgerHeaders' };

const messageOf = (name: EventName): object => ({
  name,
  title: name,
  summary: about[name].says,
  description: `Appended by ${about[name].by} to the ${about[name].stream} stream.`,
  contentType: 'application/json',
  headers: { allOf: [headers, { properties: { ce_type: { const: name } } }] },
  payload: { $ref: `#/components/schemas/${name}` },
  bindings,
  examples: [exampleOf(name)],
});

const stub = {
  name: 'Stub',
  title: 'A stub',
  summary: 'Any event too large for the broker: its headers, no value, and in `ce_dataref` where it is to be had.',
  headers: { allOf: [headers, { type: 'object', required: ['ce_dataref'] }] },
  bindings,
};

/** What the relay sends: every event, or a stub of it. */
export const ledgerMessages: Readonly<Record<string, object>> = { ...byName(messageOf), Stub: stub };
