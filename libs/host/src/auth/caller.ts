import type { Metadata } from '@grpc/grpc-js';
import { Rejection } from '@throughline/decider';
import type { FastifyRequest } from 'fastify';
import { allRights, type Right } from './rights.ts';

/** Whose data is asked for, and who asks. */
export type Caller = { readonly tenant: string; readonly actor: string };

/** A caller with what they may; `isKnown` where a token or a key said who it is. */
export type Identity = Caller & { readonly rights: ReadonlySet<Right>; readonly isKnown: boolean };

/** Where a request says who calls: an HTTP request, or a gRPC call's metadata. */
export type CallSource = Pick<FastifyRequest, 'headers'> | Metadata;

/** What a tenant's name looks like: it stands in keys, streams, topics and headers. */
export const tenantName = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What an actor's name looks like. */
export const actorName = /^[\x20-\x7e]{1,256}$/;

/** The value of a header of a request, or of a metadata entry of a call; empty is as if not sent. */
export const headerOf = (source: CallSource, name: string): string | undefined => {
  const value = 'headers' in source ? source.headers[name] : source.get(name)[0];
  return value === undefined || value === '' ? undefined : String(value);
};

const everything: ReadonlySet<Right> = new Set(allRights);

/** Who calls where there is no authentication: `x-actor` in `x-tenant`, and everything allowed. Throws `Rejection('InvalidHeader')`. */
export const declaredIn = (source: CallSource): Identity => {
  const tenant = headerOf(source, 'x-tenant') ?? 'default';
  const actor = headerOf(source, 'x-actor') ?? 'anonymous';
  if (!tenantName.test(tenant)) {
    const reason = 'is not a name of lower-case letters, digits and hyphens, at most 63';
    throw new Rejection('InvalidHeader', `The header x-tenant ${reason}.`, [{ pointer: '/x-tenant', reason }]);
  }
  if (!actorName.test(actor))
    throw new Rejection('InvalidHeader', 'The header x-actor is not 1 to 256 printable ASCII characters.');
  return { tenant, actor, rights: everything, isKnown: false };
};

// Nobody else can write here: what a request says of itself never becomes who it is.
const identities = new WeakMap<object, Identity>();

/** Remembers who a call was found to be from. */
export const remember = (source: CallSource, identity: Identity): Identity => {
  identities.set(source, identity);
  return identity;
};

/** Who a call was found to be from; undefined before it was looked at. */
export const remembered = (source: CallSource): Identity | undefined => identities.get(source);

/** Who calls, with what they may. Before the guard let the call in it is a mistake to ask: throws. */
export const identityOf = (source: CallSource): Identity => {
  const identity = identities.get(source);
  if (!identity) throw new Error('nobody looked yet at who calls');
  return identity;
};

/**
 * Who calls: of the token or key; with authentication off `x-actor` (else `anonymous`) in the tenant `x-tenant` (else
 * `default`). In a handler the tenant is known to exist.
 */
export const callerOf = (source: CallSource): Caller => {
  const { tenant, actor } = identityOf(source);
  return { tenant, actor };
};

/** Whether the caller has a right. */
export const may = (source: CallSource, right: Right): boolean => identityOf(source).rights.has(right);
