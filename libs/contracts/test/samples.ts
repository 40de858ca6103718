import { readFileSync } from 'node:fs';
import { type EventName, eventSchemas } from '../src/index.ts';

/** The names of all events. */
export const names = Object.keys(eventSchemas) as EventName[];

/** A golden sample: an event as it was stored by the least that its schema asks for, and its data with every field, opened. */
export type Sample = {
  readonly stored: { readonly type: string; readonly data: object; readonly meta: object };
  readonly opened: object;
};

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../samples/${file}`, import.meta.url), 'utf8'));

export const sampleOf = (name: EventName): Sample => read(`${name}.v1.json`) as Sample;

/** The JSON Schemas of all events as they were first released. */
export const releasedSchemas = read('schemas.v1.json') as Record<EventName, object>;
