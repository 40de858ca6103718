import { z } from 'zod';
import { upcasters, versionAfter } from '../upcast.ts';
import { personalFields, type PersonalField } from '../personal.ts';
import * as identity from './identity.ts';
import * as interaction from './interaction.ts';
import * as matter from './matter.ts';
import * as promise from './promise.ts';
import * as retention from './retention.ts';
import * as team from './team.ts';
import * as work from './work.ts';
import * as writeback from './writeback.ts';

/** Every event that is stored, by name: its data's schema. Only grows (docs/events.md). */
export const eventSchemas = {
  ...interaction,
  ...identity,
  ...work,
  ...writeback,
  ...matter,
  ...promise,
  ...team,
  ...retention,
};

export type EventName = keyof typeof eventSchemas;
export type DataOf<Name extends EventName> = z.infer<(typeof eventSchemas)[Name]>;

/** One event's name and data, personal fields opened; where their keys are destroyed they are absent. */
export type Event<Name extends EventName = EventName> = {
  [N in Name]: { readonly type: N; readonly data: DataOf<N> };
}[Name];

const names = Object.keys(eventSchemas) as EventName[];

const byName = <Value>(value: (name: EventName) => Value) =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as { readonly [N in EventName]: Value };

/** The schema version that events are written with today; older ones are upcast on reading. */
export const schemaVersions = byName((name) => versionAfter(upcasters[name]));

/** The personal fields of each event, as its schema declares them. */
export const personalFieldsOf = byName((name): readonly PersonalField[] => personalFields(eventSchemas[name]));

export const isEventName = (name: string): name is EventName => Object.hasOwn(eventSchemas, name);

/** Whether an event bears one of these names. */
export const isOf = <E extends { readonly type: string }, Name extends E['type']>(
  event: E,
  names: readonly Name[],
): event is Extract<E, { readonly type: Name }> => (names as readonly string[]).includes(event.type);

/** The JSON Schema (2020-12) of an event's data; personal fields carry `personal: <whose>`. */
export const jsonSchemaOf = (name: EventName): object =>
  z.toJSONSchema(eventSchemas[name], { io: 'output', unrepresentable: 'any' });
