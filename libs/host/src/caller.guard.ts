import type { Metadata } from '@grpc/grpc-js';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Rejection } from '@throughline/decider';
import type { FastifyRequest } from 'fastify';
import { callerOf, type CallSource } from './caller.ts';

/** Says which tenants there are. */
export type Tenants = { readonly exists: (tenant: string) => Promise<boolean> };

/** `@SetMetadata(tenantless, true)` on a controller or a handler: it serves callers whose tenant does not exist. */
export const tenantless = 'throughline.tenantless';

const sourceOf = (context: ExecutionContext): CallSource => {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<FastifyRequest>();
  // A streaming call comes alone and carries its metadata; a unary one comes as request, metadata, call.
  const [call, metadata] = context.getArgs<[{ metadata: Metadata }, Metadata | undefined]>();
  return metadata ?? call.metadata;
};

/** Lets a call in whose tenant exists; else throws `Rejection('TenantUnknown')`. */
export class CallerGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(private readonly tenants: Tenants) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { tenant } = callerOf(sourceOf(context));
    const free = this.reflector.getAllAndOverride<boolean>(tenantless, [context.getHandler(), context.getClass()]);
    if (free || (await this.tenants.exists(tenant))) return true;
    throw new Rejection('TenantUnknown', `There is no tenant ${tenant}, which the header x-tenant names.`);
  }
}
