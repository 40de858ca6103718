import { derivedId, type Recorded } from '@throughline/contracts';
import { components, type Components, type KnownHandle, type KnownLink, pairOf } from './component.ts';
import { type Queryable, readIdentity } from './identity.query.ts';

const handleColumns = {
  tenant: 'text',
  handle: 'uuid',
  first_position: 'bigint',
  is_customer: 'boolean',
  customer: 'uuid?',
  erased: 'boolean',
  position: 'bigint',
} as const;

const handles = {
  name: 'identity.handle',
  columns: handleColumns,
  key: ['tenant', 'handle'],
  merge: 'replace',
} as const;

/** What handles were, from `position` on until `to_position`. */
const pastHandles = {
  name: 'identity.past_handle',
  columns: { ...handleColumns, to_position: 'bigint' },
  key: ['tenant', 'handle', 'position'],
  merge: 'keep',
} as const;

const linkColumns = {
  tenant: 'text',
  a: 'uuid',
  b: 'uuid',
  link: 'uuid',
  rule: 'text',
  state: 'text',
  confidence: 'integer?',
  evidence: 'uuid[]',
  position: 'bigint',
} as const;

const links = {
  name: 'identity.link',
  columns: linkColumns,
  key: ['tenant', 'a', 'b'],
  merge: 'replace',
} as const;

/** What links were, from `position` on until `to_position`. */
const pastLinks = {
  name: 'identity.past_link',
  columns: { ...linkColumns, to_position: 'bigint' },
  key: ['tenant', 'a', 'b', 'position'],
  merge: 'keep',
} as const;

/** The tables that the projection writes, as `@throughline/read-model` describes tables. */
export const identityTables = [handles, pastHandles, links, pastLinks] as const;

/** The events that identity is made from. */
export const identityEvents = [
  'InteractionCaptured', 'HandlesLinked', 'LinkRetracted', 'SubjectErased', 'HandleRemembered',
] as const; // prettier-ignore

export type IdentityEvent = Recorded<(typeof identityEvents)[number]>;

/** Rows as they are before a batch: every handle that it names, and of those it may join or part their whole components. */
export type IdentityState = {
  readonly handles: readonly (KnownHandle & { readonly tenant: string })[];
  readonly links: readonly (KnownLink & { readonly tenant: string })[];
};

/** One change of a row, as `@throughline/read-model` takes it. */
export type IdentityChange = {
  readonly table: string;
  readonly is: 'put' | 'remove';
  readonly row: Readonly<Record<string, unknown>>;
};

/** A handle whose row the fold needs; `whole`: with all handles and links of its component. */
export type IdentityKey = { readonly tenant: string; readonly handle: string; readonly whole: boolean };

/**
 * The id of the link between two handles: one per pair, whoever finds the evidence. (What is declared by `also` is linked
 * by the interaction itself; a link by hand is a `HandlesLinked` of its own under this id.)
 */
export const linkId = (tenant: string, one: string, other: string): string => {
  const { a, b } = pairOf(one, other);
  return derivedId('link', tenant, a, b);
};

const declaredBy = (event: IdentityEvent) =>
  event.type === 'InteractionCaptured'
    ? event.data.participants.filter(({ role }) => role === 'customer').map(({ id, also = [] }) => ({ id, also }))
    : [];

/** Which rows the fold over these events needs. */
export const identityKeysOf = (events: readonly IdentityEvent[]): IdentityKey[] => {
  const keys = new Map<string, IdentityKey>();
  const need = (tenant: string, handle: string, whole: boolean) => {
    const name = `${tenant} ${handle}`;
    if (whole || !keys.has(name)) keys.set(name, { tenant, handle, whole });
  };
  for (const event of events) {
    const { tenant, type, data } = event;
    switch (type) {
      case 'InteractionCaptured':
        for (const { id } of data.participants) need(tenant, id, false);
        for (const { id, also } of declaredBy(event))
          if (also.length > 0) for (const handle of [id, ...also.map((other) => other.id)]) need(tenant, handle, true);
        break;
      case 'HandlesLinked':
        for (const { id } of [data.a, data.b]) need(tenant, id, true);
        break;
      case 'LinkRetracted':
        for (const id of [data.a, data.b]) need(tenant, id, true);
        break;
      case 'SubjectErased':
        for (const id of data.subjects) need(tenant, id, true);
        break;
      case 'HandleRemembered':
        need(tenant, data.party.id, false);
        break;
    }
  }
  return [...keys.values()];
};

const captured = (known: Components, event: IdentityEvent & { type: 'InteractionCaptured' }): void => {
  const { tenant, position, id } = event;
  for (const participant of event.data.participants)
    known.seen(participant.id, position, participant.role === 'customer');
  for (const { id: handle, also } of declaredBy(event))
    for (const other of also)
      known.link({
        a: handle,
        b: other.id,
        link: linkId(tenant, handle, other.id),
        rule: 'declared',
        confidence: other.verified ? 100 : null,
        evidence: [id],
        position,
      });
};

const hear = (known: Components, event: IdentityEvent): void => {
  const { type, data, position } = event;
  switch (type) {
    case 'InteractionCaptured':
      return captured(known, event);
    case 'HandlesLinked': {
      const { a, b, link, rule, confidence, evidence } = data;
      return known.link({ a: a.id, b: b.id, link, rule, confidence: Math.floor(confidence * 100), evidence, position });
    }
    case 'LinkRetracted':
      return known.retract({ a: data.a, b: data.b, link: data.link, position });
    case 'SubjectErased':
      return known.forget(data.subjects, position);
    case 'HandleRemembered':
      return known.seen(data.party.id, position, true);
  }
};

function* changesOf(tenant: string, known: Components): Iterable<IdentityChange> {
  const { handles: changed, links: changedLinks, past, gone } = known.changes();
  for (const { a, b } of gone) yield { table: links.name, is: 'remove', row: { tenant, a, b } };
  for (const handle of changed) yield { table: handles.name, is: 'put', row: rowOf(tenant, handle) };
  for (const { to: to_position, ...handle } of past.handles)
    yield { table: pastHandles.name, is: 'put', row: { ...rowOf(tenant, handle), to_position } };
  for (const link of changedLinks) yield { table: links.name, is: 'put', row: { ...link, tenant } };
  for (const { to: to_position, ...link } of past.links)
    yield { table: pastLinks.name, is: 'put', row: { ...link, tenant, to_position } };
}

const rowOf = (tenant: string, { id, first, isCustomer, ...rest }: KnownHandle): IdentityChange['row'] => ({
  tenant,
  handle: id,
  first_position: first,
  is_customer: isCustomer,
  ...rest,
});

/** The changes that a batch makes, in the ledger's order, to rows that are as `state` says. Pure. */
export function* projectIdentity(events: readonly IdentityEvent[], state: IdentityState): Iterable<IdentityChange> {
  const handlesOf = Map.groupBy(state.handles, ({ tenant }) => tenant);
  const linksOf = Map.groupBy(state.links, ({ tenant }) => tenant);
  for (const [tenant, theirs] of Map.groupBy(events, (event) => event.tenant)) {
    const known = components(handlesOf.get(tenant), linksOf.get(tenant));
    for (const event of theirs) hear(known, event);
    yield* changesOf(tenant, known);
  }
}

/** An event as a projection hands it over, named more loosely than it is: it hands over only {@link identityEvents}. */
export type HeardEvent = { readonly type: string; readonly tenant: string; readonly position: bigint };

/**
 * The projection, as `projection()` of `@throughline/read-model` takes it. To be run by one leased consumer in the
 * ledger's order: links of one component lie in many streams.
 */
export const identityProjector = {
  name: 'identity',
  version: 2,
  tables: identityTables,
  events: identityEvents,
  prepare: (events: readonly HeardEvent[], db: Queryable): Promise<IdentityState> =>
    readIdentity(db, identityKeysOf(events as readonly IdentityEvent[])),
  project: (events: readonly HeardEvent[], state: IdentityState): Iterable<IdentityChange> =>
    projectIdentity(events as readonly IdentityEvent[], state),
} as const;
