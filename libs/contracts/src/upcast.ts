import type { EventName } from './events/index.ts';

/** An event's data in clear text, of any version. */
export type Data = Readonly<Record<string, unknown>>;

/**
 * Makes the data of a schema version out of that of the one before. Pure. Personal fields are not there to be looked at:
 * they are sealed by their names, so they keep their names and places.
 */
export type Upcaster = (data: Data) => Data;

/** Of each event all upcasters in order, the first from version 1 to 2. As many as there are, so many versions came later. */
export type Upcasters = { readonly [Name in EventName]?: readonly Upcaster[] };

/** Those of this build. Only grows, and nothing in it changes: what was stored is read through it for ever. */
export const upcasters: Upcasters = {};

/** The version that data has after all of them. */
export const versionAfter = (steps: readonly Upcaster[] = []): number => steps.length + 1;

/** Brings data of a version through all later ones. */
export const upcast = (data: Data, version: number, steps: readonly Upcaster[] = []): Data =>
  steps.slice(version - 1).reduce((before, step) => step(before), data);
