import type { Metadata } from '@grpc/grpc-js';
import { Rejection } from '@throughline/decider';
import type { FastifyRequest } from 'fastify';

/** Whose data is asked for, and who asks. */
export type Caller = { readonly tenant: string; readonly actor: string };

/** Where a request says who calls: an HTTP request, or a gRPC call's metadata. */
export type CallSource = Pick<FastifyRequest, 'headers'> | Metadata;

/** What a tenant's name looks like: it stands in keys, streams, topics and headers. */
export const tenantName = /^[a-z0-9][a-z0-9-]{0,62}$/;

const actorName = /^[\x20-\x7e]{1,256}$/;

/** The value of a header of a request, or of a metadata entry of a call; empty is as if not sent. */
export const headerOf = (source: CallSource, name: string): string | undefined => {
  const value = 'headers' in source ? source.headers[name] : source.get(name)[0];
  return value === undefined || value === '' ? undefined : String(value);
};

/**
 * Who calls: `x-actor` (else `anonymous`) in the tenant `x-tenant` (else `default`), as long as there is no
 * authentication. Throws `Rejection('InvalidHeader')`. In a handler the tenant is known to exist.
 */
export const callerOf = (source: CallSource): Caller => {
  const tenant = headerOf(source, 'x-tenant') ?? 'default';
  const actor = headerOf(source, 'x-actor') ?? 'anonymous';
  if (!tenantName.test(tenant)) {
    const reason = 'is not a name of lower-case letters, digits and hyphens, at most 63';
    throw new Rejection('InvalidHeader', `The header x-tenant ${reason}.`);
  }
  if (!actorName.test(actor))
    throw new Rejection('InvalidHeader', 'The header x-actor is not 1 to 256 printable ASCII characters.');
  return { tenant, actor };
};
