import { z } from 'zod';
import { type DataOf, type Event, type EventName, isEventName, schemaVersions } from './events/index.ts';
import { upcast, upcasters as ours, type Upcasters, versionAfter } from './upcast.ts';
import type { Instant } from './words.ts';

/** What every event says beside its data. */
export type Meta = {
  /** Who did it: a person, a service, a connection. */
  readonly actor: string;
  /** The event that this one follows from. */
  readonly causation?: string;
  /** The first event of the chain that this one belongs to. */
  readonly correlation?: string;
  /** W3C trace context as it was when the event was made. */
  readonly traceparent?: string;
  /** Version of the data's schema. */
  readonly schema: number;
};

/** An event with all that identifies it, not yet stored, its personal fields in clear text. */
export type Draft<Name extends EventName = EventName> = Event<Name> & {
  readonly id: string;
  readonly occurredAt: Instant;
  readonly meta: Omit<Meta, 'schema'>;
};

/** An event as it is read back. `position` is its place in the whole ledger. */
export type Recorded<Name extends EventName = EventName> = Event<Name> & {
  readonly id: string;
  readonly tenant: string;
  readonly stream: string;
  readonly version: number;
  readonly position: bigint;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly meta: Meta;
  /** Owners who were erased: their fields are gone. */
  readonly erased?: boolean;
  /** Fields whose time is over by the tenant's retention: they are gone, though their owners are not. */
  readonly expired?: boolean;
  /** Whoever asked may not open it: its personal fields are left out. */
  readonly sealed?: boolean;
};

/**
 * A sealed part of an event: the ids of the keys that it takes to open it, which fields are in it (JSON Pointers into the
 * event's data, so that a reader can tell without a key whether there is a name or a text), and the bytes (base64).
 */
export const seal = z.strictObject({ k: z.array(z.string()), f: z.array(z.string()), b: z.string() });
export type Seal = z.infer<typeof seal>;

/** The name of the field that carries an event's seals in its stored data. */
export const sealed = 'sealed';

/** The text that is stored as `meta`. */
export const metaText = (name: EventName, meta: Omit<Meta, 'schema'>): string =>
  JSON.stringify({ ...meta, schema: schemaVersions[name] });

/** Names a stored event's type and schema version that this build does not know: it must not be skipped in silence. */
export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';
}

/** A stored event's clear data, its seals apart, and its meta as it was stored. */
type Parsed = {
  readonly type: EventName;
  readonly data: DataOf<EventName>;
  readonly seals: readonly Seal[];
  readonly meta: Meta;
};

/** {@link parseStored} of a build that has these upcasters. */
export const parserWith =
  (upcasters: Upcasters) =>
  ({ type, ...stored }: { type: string; data: string; meta: string }): Parsed => {
    if (!isEventName(type)) throw new UnknownEvent(`an event of type ${type}`);
    const meta = JSON.parse(stored.meta) as Meta;
    const known = versionAfter(upcasters[type]);
    if (meta.schema > known) throw new UnknownEvent(`${type} of schema version ${meta.schema}, known up to ${known}`);
    const { [sealed]: seals = [], ...data } = JSON.parse(stored.data) as Record<string, unknown> & { sealed?: Seal[] };
    return { type, data: upcast(data, meta.schema, upcasters[type]) as DataOf<EventName>, seals, meta };
  };

/** A stored event's clear data as today's schema has it: parsed, upcast, its seals apart. Throws {@link UnknownEvent}. */
export const parseStored = parserWith(ours);
