import type { Metadata } from '@grpc/grpc-js';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Rejection } from '@throughline/decider';
import type { FastifyRequest } from 'fastify';
import type { Identify } from './auth.ts';
import { type CallSource, declaredIn, remember } from './caller.ts';
import type { Right } from './rights.ts';

/** Says which tenants there are. */
export type Tenants = { readonly exists: (tenant: string) => Promise<boolean> };

/** `@SetMetadata(tenantless, true)` on a controller or a handler: it serves callers whose tenant does not exist. */
export const tenantless = 'throughline.tenantless';

/**
 * `@SetMetadata(needs, 'read')` on a controller or a handler, which then has the last word: the right that a caller must
 * have, several as a list, or `nobody` where anybody may come unasked. With authentication on, what declares nothing is
 * closed to all.
 */
export const needs = 'throughline.needs';

/** What {@link needs} may say. */
export type Needs = Right | readonly Right[] | 'nobody';

/** Where a call says who makes it, over HTTP and gRPC. */
export const sourceOf = (context: ExecutionContext): CallSource => {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<FastifyRequest>();
  // A streaming call comes alone and carries its metadata; a unary one comes as request, metadata, call.
  const [call, metadata] = context.getArgs<[{ metadata: Metadata }, Metadata | undefined]>();
  return metadata ?? call.metadata;
};

const forbidden = (detail: string): Rejection => new Rejection('Forbidden', detail);

/**
 * Lets a call in whose caller is known, has the rights that are needed, and is of a tenant that exists; else rejects with
 * `Unauthenticated`, `Forbidden`, `TenantUnknown`.
 */
export class CallerGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(
    private readonly identify: Identify,
    private readonly tenants: Tenants,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const source = sourceOf(context);
    const at = [context.getHandler(), context.getClass()];
    const needed = this.reflector.getAllAndOverride<Needs | undefined>(needs, at);
    if (needed === 'nobody') {
      remember(source, { ...declaredIn(source), rights: new Set() });
      return true;
    }
    const { tenant, rights, isKnown } = await this.identify(source);
    if (isKnown && needed === undefined) throw forbidden('This is closed: it does not say who may use it.');
    const missing = [needed ?? []].flat().filter((right) => !rights.has(right));
    if (missing.length > 0)
      throw forbidden(`This needs the right to ${missing.join(' and to ')}, which no role of yours has.`);
    const free = this.reflector.getAllAndOverride<boolean>(tenantless, at);
    if (free || (await this.tenants.exists(tenant))) return true;
    if (isKnown) throw new Rejection('TenantUnknown', `There is no tenant ${tenant}, which your token or key names.`);
    throw new Rejection('TenantUnknown', `There is no tenant ${tenant}.`, [
      { pointer: '/x-tenant', reason: 'names none' },
    ]);
  }
}
