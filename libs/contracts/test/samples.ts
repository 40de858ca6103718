import { readFileSync } from 'node:fs';
import { type EventName, eventSchemas, schemaVersions } from '../src/index.ts';

/** The names of all events. */
export const names = Object.keys(eventSchemas) as EventName[];

/** A golden sample: an event as it was stored by the least that its schema asks for, and its data with every field, opened. */
export type Sample = {
  readonly stored: { readonly type: string; readonly data: object; readonly meta: object };
  readonly opened: object;
};

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../samples/${file}`, import.meta.url), 'utf8'));

/** Of the version that is written today, unless another one is asked for. */
export const sampleOf = (name: EventName, version = schemaVersions[name]): Sample =>
  read(`${name}.v${version}.json`) as Sample;

/** The JSON Schema of an event as the version that is written today was first released. */
export const releasedSchemaOf = (name: EventName): object =>
  (read(`schemas.v${schemaVersions[name]}.json`) as Record<EventName, object>)[name];
